import type { ForgeUser } from "./forge-user.ts";

/** A pull request as its forge reports it. */
export interface ForgePullRequest {
  readonly number: number;
  /** The forge's own ID, as a string. */
  readonly externalId: string;
  /** URL of the pull request's web page. */
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly status: "open" | "merged" | "closed";
  readonly isDraft: boolean;
  readonly head: string;
  readonly base: string;
  readonly headSha: string;
  /** True if the head and the base are in different repositories. */
  readonly isFromFork: boolean;
  /** Author, or null if the forge does not report them. */
  readonly author: ForgeUser | null;
  readonly reviewRequests: ReviewRequests;
  readonly labels: readonly string[];
  /**
   * Result of the forge's merge check. `unknown`: the forge has not computed or does not report it. `blocked`: a rule,
   * a missing review or a failed check prevents the merge.
   */
  readonly mergeability: "unknown" | "mergeable" | "conflicting" | "blocked";
  readonly mergedAt: Date | null;
  readonly createdAt: Date;
  /** Time of the last update, which distinguishes stale observations from new observations. */
  readonly updatedAt: Date;
}

export interface ReviewRequests {
  /** Requested users, or null if the forge does not include them here. */
  readonly users: readonly ForgeUser[] | null;
  /** True if `users` also includes users who have reviewed since they were requested. */
  readonly keepsReviewed: boolean;
}

export interface NewForgePullRequest {
  readonly title: string;
  readonly body: string;
  readonly head: string;
  readonly base: string;
  readonly isDraft: boolean;
}

/** A change to a pull request. Absent fields remain unchanged. */
export interface ForgePullRequestChange {
  readonly title?: string;
  readonly body?: string;
  readonly base?: string;
  readonly isDraft?: boolean;
  readonly status?: "open" | "closed";
  /** Labels to add to the existing labels. */
  readonly labels?: readonly string[];
  /** Logins to add to the existing reviewers. A user who cannot review is skipped. */
  readonly reviewers?: readonly string[];
}

export type MergeMethod = "merge" | "squash" | "rebase";

/** A user's review of the whole change. */
export interface ForgeReview {
  readonly id: string;
  readonly author: ForgeUser;
  readonly state: "approved" | "changesRequested" | "commented" | "dismissed";
  readonly body: string;
  readonly url: string;
  readonly submittedAt: Date;
}

export interface ForgeIssue {
  readonly number: number;
  readonly externalId: string;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly status: "open" | "closed";
  readonly author: ForgeUser | null;
  readonly labels: readonly string[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
