import type { TurnLease } from "../../base/index.ts";
import type { Plan, PlanDecision } from "./plan.ts";

export interface PlanQueries {
  /** One per turn, which keeps its id: replaces the earlier text, unless that was asked for and this was not, or is decided. */
  save(lease: TurnLease, plan: Plan): Promise<void>;
  /** Of the session's turn that planned last. */
  latest(sessionId: string): Promise<Plan | null>;
  find(sessionId: string, artifactId: string): Promise<Plan | null>;
  ofTurn(turnId: string): Promise<Plan | null>;
  /** Changes nothing when it is decided. */
  decide(artifactId: string, decision: Exclude<PlanDecision, { readonly state: "proposed" }>): Promise<void>;
}
