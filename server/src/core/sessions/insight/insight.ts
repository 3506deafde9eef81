/** Pull request counts for a month. `month` has the form `2026-01`. */
export interface MonthCount {
  readonly month: string;
  /** Number of pull requests that were created in the month and that belong to a session. */
  readonly withTembo: number;
  readonly withoutTembo: number;
  readonly merged: number;
}

/** Pull request counts for a person or repository. `id` is a UUID, for use in cursors. */
export interface PullRequestShare {
  readonly id: string;
  readonly created: number;
  readonly withTembo: number;
  readonly merged: number;
}

/** Results of the sessions of one harness and model. Medians are null if there is nothing to measure. */
export interface ModelResult {
  readonly harness: string;
  readonly model: string;
  /** Number of turns that completed or failed. */
  readonly turns: number;
  readonly completed: number;
  readonly medianWaitMs: number | null;
  readonly medianTurnMs: number | null;
  readonly merged: number;
  /** Median time from a session's creation to the merge. */
  readonly medianMergeMs: number | null;
  readonly costMicroUsd: number;
}

export interface InsightSummary {
  readonly completed: number;
  readonly created: number;
  readonly merged: number;
  /** Percentage of the created pull requests that belong to a session, with one decimal place. */
  readonly contribution: number;
}

/** An organization's pull request statistics for consecutive months, in order. The last month is the current one. */
export interface Insight {
  readonly from: Date;
  /** Time of the computation. */
  readonly at: Date;
  readonly summary: InsightSummary;
  /**
   * Change from the preceding period of the same number of months, in percent, or in percentage points for the
   * contribution.
   */
  readonly changes: InsightSummary;
  readonly months: readonly MonthCount[];
}
