/** Comparison of turns and jobs with the work that the engine has for them. Safe to repeat, also concurrently. */
export interface WorkWatch {
  /** Lets turns wait for another machine that their machine has not started within `ms`. Returns their number. */
  placeAgain(ms: number): Promise<number>;
  /**
   * Gives active turns work if they have none, requeues work whose worker no longer exists, and drops work of turns that
   * have ended.
   */
  repair(): Promise<WorkRepair>;
  /** Returns the names of jobs that have run since before this time, at most 20. */
  unfinishedJobs(since: Date): Promise<readonly string[]>;
}

export interface WorkRepair {
  /** Number of turns and jobs that have work again. */
  readonly requeued: number;
  /** Number of placements and workflows of ended turns that were dropped. */
  readonly dropped: number;
  /** IDs of active turns whose work has ended. They have to be ended too. */
  readonly ended: readonly string[];
}
