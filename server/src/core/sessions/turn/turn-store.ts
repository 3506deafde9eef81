import type { TurnLease } from "../../base/index.ts";
import type { Turn, TurnError } from "./turn.ts";

export interface TurnQueries {
  insert(
    turn: { readonly id: string; readonly sessionId: string; readonly messageId: string },
    at: Date,
  ): Promise<{ readonly number: number }>;
  find(id: string): Promise<Turn | null>;
  /** Returns the queued or running turn of the session, or null if there is none. */
  active(sessionId: string): Promise<Turn | null>;
  latest(sessionId: string): Promise<Turn | null>;
  /** Starts a new attempt at the turn and fences off earlier attempts. Returns null if the turn has ended. */
  claim(id: string, at: Date): Promise<Turn | null>;
  requestStop(id: string, at: Date): Promise<void>;
  /** Records whether the harness has the turn's prompt. Throws `fenced` if the attempt does not hold the lease. */
  setPromptSent(lease: TurnLease, isPromptSent: boolean): Promise<void>;
  /**
   * Ends the turn. Does nothing if the attempt has already ended it with this status. Throws `fenced` if the attempt no
   * longer holds the turn.
   */
  end(lease: TurnLease, end: TurnEnd, at: Date): Promise<void>;
  /** Cancels a queued turn. Returns false if an attempt has started. */
  cancelQueued(id: string, at: Date): Promise<boolean>;
}

export type TurnEnd =
  | { readonly status: "completed" | "cancelled" }
  | { readonly status: "failed"; readonly error: TurnError };
