import type { SessionEvent } from "@tembo/contract";
import type { LogEntry } from "../client/log.ts";

/** Everything that the checker reads, after all turns have ended. */
export interface History {
  /** The client's own log. */
  readonly log: readonly LogEntry[];
  /** All sessions that the API lists. */
  readonly sessions: readonly SessionReading[];
  /** All branches of the forge's repository, except the base branch. */
  readonly branches: readonly BranchReading[];
  /** All pull requests of the forge. */
  readonly pullRequests: readonly { readonly number: number; readonly head: string }[];
}

export interface SessionReading {
  readonly id: string;
  readonly branch: string | null;
  readonly messages: readonly MessageReading[];
  /** All events, in the order of the API's list. */
  readonly events: readonly SessionEvent[];
}

export interface MessageReading {
  readonly id: string;
  readonly state: "queued" | "working" | "completed" | "failed" | "cancelled";
  readonly content: string;
}

export interface BranchReading {
  readonly name: string;
  /** Each commit that the branch pointed to, oldest first. */
  readonly heads: readonly string[];
  /** Commits on the branch that are not on the base branch, oldest first. */
  readonly commits: readonly CommitReading[];
}

export interface CommitReading {
  readonly sha: string;
  /** Paths of the files that the commit adds or changes. */
  readonly files: readonly string[];
}

export interface Violation {
  readonly rule: string;
  /** Describes the violation in a sentence. */
  readonly message: string;
}

export interface Rule {
  readonly name: string;
  /** Returns a sentence for each violation. */
  check(history: History): string[];
}
