import type { TurnLease } from "../../base/index.ts";
import type { Plan, PlanDecision } from "./plan.ts";

export interface PlanQueries {
  /**
   * Saves the plan of a turn. Replaces the text of an earlier plan, but keeps its ID. Leaves the earlier plan unchanged
   * if it is decided, or if the harness requested permission to implement it but not the new one.
   */
  save(lease: TurnLease, plan: Plan): Promise<void>;
  /** Returns the plan of the session's latest turn that has one, or null if no turn has one. */
  latest(sessionId: string): Promise<Plan | null>;
  find(sessionId: string, artifactId: string): Promise<Plan | null>;
  ofTurn(turnId: string): Promise<Plan | null>;
  /** Records the decision, unless the plan is already decided. */
  decide(artifactId: string, decision: Exclude<PlanDecision, { readonly state: "proposed" }>): Promise<void>;
}
