import type { Artifact } from "../artifact/artifact.ts";

/** What a planning turn ended with: an artifact of type `Plan`, and what was decided about it. */
export interface Plan {
  readonly artifact: Artifact;
  /** The harness asked to carry it out, so that nothing it said later takes its place. */
  readonly isAskedFor: boolean;
  readonly decision: PlanDecision;
}

export type PlanDecision =
  | { readonly state: "proposed" }
  /** `messageId`: the message that carries it out, or that says what is wrong with it. */
  | { readonly state: "approved"; readonly messageId: string; readonly decidedAt: Date }
  | {
      readonly state: "rejected";
      readonly comment: string;
      readonly messageId: string;
      readonly decidedAt: Date;
    };

export const MAX_PLAN_LENGTH = 200_000;
