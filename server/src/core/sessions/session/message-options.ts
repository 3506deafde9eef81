import type { Speed } from "../../access/index.ts";

export interface MessageOptions {
  /** `plan` makes the workspace read-only. */
  readonly mode: "build" | "plan";
  /** Reasoning level, or null for the harness's default. */
  readonly reasoningLevel: string | null;
  readonly speed: Speed;
  /** Goal that the turn works toward in rounds, or null to process the message once. */
  readonly goal: Goal | null;
}

export interface Goal {
  readonly objective: string;
  /**
   * Shell command that runs in the workspace. Exit code 0 means that the objective is reached. If null, the harness
   * decides.
   */
  readonly check: string | null;
  /** Maximum number of rounds. Each round ends with a check. If the goal is not reached, the next round starts. */
  readonly maxRounds: number;
}
