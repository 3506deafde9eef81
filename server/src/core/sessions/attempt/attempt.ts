/**
 * State of an attempt. `ending`: another attempt was kept, and this one is not yet stopped and archived, or has open
 * pull requests.
 */
export type AttemptState = "open" | "kept" | "ending" | "ended";

/** A session that is one of several attempts at the same task. */
export interface SessionAttempt {
  readonly sessionId: string;
  /** ID of the session of the first attempt. */
  readonly groupId: string;
  /** Number of the attempt, starting at 1. */
  readonly number: number;
  /** Number of attempts that were created together. Some may have been deleted since. */
  readonly count: number;
  readonly state: AttemptState;
  /** Why the attempt could not be ended, or null. */
  readonly problem: string | null;
}

/** Place of a session among several attempts. It never changes. */
export type AttemptPlace = Pick<SessionAttempt, "groupId" | "number" | "count">;
