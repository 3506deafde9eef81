import type { CursorPage, Page } from "../../base/index.ts";
import type { ModelResult, MonthCount, PullRequestShare } from "./insight.ts";

/** A period in UTC. `until` is exclusive. */
export interface Period {
  readonly from: Date;
  readonly until: Date;
}

/** Queries for insights. Counts of pull requests cover those that were created or merged in the period. */
export interface InsightQueries {
  isEnabled(organizationId: string): Promise<boolean>;
  setEnabled(organizationId: string, isEnabled: boolean): Promise<void>;
  /** Returns counts by month, omitting months without pull requests. */
  months(organizationId: string, period: Period): Promise<MonthCount[]>;
  /** Returns the number of sessions with a turn that completed in the period. */
  countCompleted(organizationId: string, period: Period): Promise<number>;
  /**
   * Counts pull requests by author, most created first. A session's pull request whose author is Tembo, a bot or
   * unknown counts for the person who sent the session's first message.
   */
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
  /** Returns the results by harness and model, most turns first, at most 100. */
  byModel(organizationId: string, period: Period): Promise<ModelResult[]>;
  /** Counts pull requests by repository, most created first. `id` is the repository ID. */
  byRepository(organizationId: string, period: Period, page: CursorPage): Promise<Page<PullRequestShare>>;
}
