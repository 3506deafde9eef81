import type { Artifact } from "../artifact/artifact.ts";

/** Result of a planning turn: an artifact of type `Plan`, and the decision about it. */
export interface Plan {
  readonly artifact: Artifact;
  /**
   * True if the harness requested permission to implement the plan. Later text from the harness does not replace the
   * plan.
   */
  readonly isAskedFor: boolean;
  readonly decision: PlanDecision;
}

export type PlanDecision =
  | { readonly state: "proposed" }
  /**
   * `messageId` is the message that requests the implementation of the plan, or that gives the reason for rejecting it.
   */
  | { readonly state: "approved"; readonly messageId: string; readonly decidedAt: Date }
  | {
      readonly state: "rejected";
      readonly comment: string;
      readonly messageId: string;
      readonly decidedAt: Date;
    };

export const MAX_PLAN_LENGTH = 200_000;
