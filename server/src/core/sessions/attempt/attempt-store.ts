import type { AttemptState, SessionAttempt } from "./attempt.ts";

/** Queries for sessions that attempt the same task. */
export interface AttemptQueries {
  insert(attempts: readonly SessionAttempt[]): Promise<void>;
  find(sessionId: string): Promise<SessionAttempt | null>;
  /** Returns the attempts of a group whose sessions were not deleted, by number. */
  ofGroup(organizationId: string, groupId: string): Promise<SessionAttempt[]>;
  /** Locks the group until the transaction ends, and returns the same as `ofGroup`. */
  lockGroup(organizationId: string, groupId: string): Promise<SessionAttempt[]>;
  /** Sets the state, and removes the problem. */
  setState(sessionId: string, state: AttemptState): Promise<void>;
  /** Sets the state of an attempt that is ending to `ended`, and removes the problem. Does nothing for other sessions. */
  setEnded(sessionId: string): Promise<void>;
  /** Sets the problem of an attempt that is ending. */
  setProblem(sessionId: string, problem: string): Promise<void>;
}
