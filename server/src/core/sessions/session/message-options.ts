import type { Speed } from "../../access/index.ts";
/** Options for processing a message. */
export interface MessageOptions {
  /** `plan` makes the workspace read-only. */
  readonly mode: "build" | "plan";
  /** A reasoning level of the harness, or null for its default. */
  readonly reasoningLevel: string | null;
  readonly speed: Speed;
  /** The goal that the turn works toward in rounds, or null to process the message once. */
  readonly goal: Goal | null;
}

export interface Goal {
  readonly objective: string;
  /**
   * A shell command in the workspace whose exit code 0 means that the objective is reached. Null means that the harness
   * decides.
   */
  readonly check: string | null;
  /** Maximum number of rounds. Each ends with a check, and an unreached goal starts the next round. */
  readonly maxRounds: number;
}
