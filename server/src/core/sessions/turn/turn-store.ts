import type { TurnLease } from "../../base/index.ts";
import type { Turn, TurnError } from "./turn.ts";

export interface TurnQueries {
  insert(
    turn: { readonly id: string; readonly sessionId: string; readonly messageId: string },
    at: Date,
  ): Promise<{ readonly number: number }>;
  find(id: string): Promise<Turn | null>;
  /** The turn of a session that is queued or running, or null. */
  active(sessionId: string): Promise<Turn | null>;
  /** Takes the turn for a new attempt, unless it has ended: then null. Earlier attempts are fenced off from here on. */
  claim(id: string, at: Date): Promise<Turn | null>;
  requestStop(id: string, at: Date): Promise<void>;
  markPromptSent(lease: TurnLease): Promise<void>;
  /** Ends the turn. Throws `fenced` when the lease is no longer the latest. */
  end(lease: TurnLease, end: TurnEnd, at: Date): Promise<void>;
  /** Ends a turn that no attempt has begun. False when one has. */
  cancelQueued(id: string, at: Date): Promise<boolean>;
}

export type TurnEnd =
  | { readonly status: "completed" | "cancelled" }
  | { readonly status: "failed"; readonly error: TurnError };
