/** Work that this worker prepares for sessions and messages that may follow. Their requests are in the store. */
export interface Preparations {
  /**
   * Looks at a preparation that was requested, extended or replaced, and prepares, keeps or discards its work. Does
   * nothing if this worker is busy or another worker has the preparation.
   */
  consider(id: string): Promise<void>;
  /**
   * Waits up to 20 seconds for this worker's preparation of the session. Returns its work, which the caller ends with
   * `finish` or `abandon`. Otherwise, removes the preparation and returns null. Does not wait for a preparation that
   * waits for others. Throws the signal's reason if the signal aborts, or the error of a failed removal.
   */
  claim(sessionId: string, signal: AbortSignal): Promise<PreparedWork | null>;
  /**
   * Deletes a claimed preparation whose work now belongs to the session. After an error, the work can be claimed again.
   */
  finish(sessionId: string): Promise<void>;
  /** Stops and removes this worker's preparation of the session, and what an earlier one left. */
  abandon(sessionId: string): Promise<void>;
  /** Discards preparations that other workers have removed. Call it after this worker was disconnected. */
  reconsiderAll(): Promise<void>;
  /**
   * Removes the preparations of a lost worker, and stops their sandboxes. `tend` repeats a failed removal. Until it
   * succeeds, the session of that preparation cannot start a turn. The worker's other turns continue.
   */
  clearAfter(workerId: string): Promise<void>;
  /** Deletes expired requests that no worker claimed, and removes the preparations of workers that no longer exist. */
  tend(): Promise<void>;
  /** Discards all preparations. Afterwards, nothing is prepared. */
  close(): Promise<void>;
}

/** Prepared work of a session. A sandbox that was prepared is in the pool of warm sandboxes. */
export interface PreparedWork {
  /** Fingerprint of everything that shaped the work and may have changed before the turn. */
  readonly fingerprint: string;
  /** Commit of each new checkout by repository ID, or null for a reply, whose checkouts exist already. */
  readonly baseShas: ReadonlyMap<string, string> | null;
  /**
   * Fetches the mirrors of a new session's checkouts once, from the first call on. Call it only after the prompt, because
   * the session starts from the commits of that time. Returns false if a base branch is missing.
   */
  fetchAgain(): Promise<boolean>;
}
