import type { Speed } from "../../access/index.ts";
/** How one message is to be worked. */
export interface MessageOptions {
  /** `plan`: nothing in the workspace can be changed. */
  readonly mode: "build" | "plan";
  /** One of the harness's own; null leaves its default. */
  readonly reasoningLevel: string | null;
  readonly speed: Speed;
  /** Worked until it is reached; null: the message is worked once. */
  readonly goal: Goal | null;
}

export interface Goal {
  readonly objective: string;
  /** A shell command in the workspace that tells by exit code 0 that the objective is reached; null: the harness says so itself. */
  readonly check: string | null;
  /** So often at most it is checked, and the harness sent on. */
  readonly maxRounds: number;
}
