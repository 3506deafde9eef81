/** Pull requests of one month, as `2026-01`. */
export interface MonthCount {
  readonly month: string;
  /** Made in it, and worked on by a session at some time. */
  readonly withTembo: number;
  readonly withoutTembo: number;
  readonly merged: number;
}

/** Pull requests of one person or repository. `id` is a UUID that names it in cursors. */
export interface PullRequestShare {
  readonly id: string;
  readonly created: number;
  readonly withTembo: number;
  readonly merged: number;
}

export interface InsightSummary {
  readonly completed: number;
  readonly created: number;
  readonly merged: number;
  /** Percent, with one digit after the point. */
  readonly contribution: number;
}

/** What an organization's pull requests tell of some months, all of them and in order, the last up to now. */
export interface Insight {
  readonly from: Date;
  /** When it was counted. */
  readonly at: Date;
  readonly summary: InsightSummary;
  /** Against as many months before: in percent, and for the contribution in points. */
  readonly changes: InsightSummary;
  readonly months: readonly MonthCount[];
}
