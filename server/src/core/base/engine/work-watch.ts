/** Finds and repairs differences between turns or jobs and the engine's workflows. Safe to repeat, also concurrently. */
export interface WorkWatch {
  /** Places turns again that their machine has not started within `ms` milliseconds. Returns their number. */
  placeAgain(ms: number): Promise<number>;
  /**
   * Enqueues active turns without a workflow, requeues workflows whose worker no longer exists, and removes the
   * placements and workflows of ended turns.
   */
  repair(): Promise<WorkRepair>;
  /** Returns the names of jobs that have run since before this time, at most 20. */
  unfinishedJobs(since: Date): Promise<readonly string[]>;
}

export interface WorkRepair {
  /** Number of turns and jobs that were enqueued again. */
  readonly requeued: number;
  /** Number of placements and workflows of ended turns that were dropped. */
  readonly dropped: number;
  /** IDs of active turns whose workflow has ended. They have to be ended too. */
  readonly ended: readonly string[];
}
