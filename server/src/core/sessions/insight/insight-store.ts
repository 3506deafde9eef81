import type { CursorPage, Page } from "../../base/index.ts";
import type { MonthCount, PullRequestShare } from "./insight.ts";

/** Moments in UTC; `until` excluded. */
export interface Period {
  readonly from: Date;
  readonly until: Date;
}

/** Counts are of pull requests that were made, or merged, in the period. */
export interface InsightQueries {
  isEnabled(organizationId: string): Promise<boolean>;
  setEnabled(organizationId: string, isEnabled: boolean): Promise<void>;
  /** Months without any are left out. */
  months(organizationId: string, period: Period): Promise<MonthCount[]>;
  /** Sessions of which a turn completed in the period. */
  countCompleted(organizationId: string, period: Period): Promise<number>;
  /** By whose they are: their author, or where that is Tembo the person who asked for the session. Most first. */
  byMember(
    organizationId: string,
    period: Period,
    page: CursorPage,
  ): Promise<
    Page<
      PullRequestShare & {
        readonly provider: string;
        readonly username: string;
        readonly name: string | null;
        readonly avatarUrl: string | null;
      }
    >
  >;
  /** By repository; `id` is its. Most first. */
  byRepository(organizationId: string, period: Period, page: CursorPage): Promise<Page<PullRequestShare>>;
}
