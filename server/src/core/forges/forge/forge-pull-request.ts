import type { ForgeUser } from "./forge-user.ts";

/** A pull request as its forge tells of it. */
export interface ForgePullRequest {
  readonly number: number;
  /** The forge's own, as text. */
  readonly externalId: string;
  /** Of the page a person opens. */
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly status: "open" | "merged" | "closed";
  readonly isDraft: boolean;
  readonly head: string;
  readonly base: string;
  readonly headSha: string;
  /** Its head lies in another repository than its base. */
  readonly isFromFork: boolean;
  /** Null when the forge does not tell. */
  readonly author: ForgeUser | null;
  readonly reviewRequests: ReviewRequests;
  readonly labels: readonly string[];
  /** Forges find out late: `unknown` until then, or when they do not tell. `blocked`: by a rule, a missing review or a failed check. */
  readonly mergeability: "unknown" | "mergeable" | "conflicting" | "blocked";
  readonly mergedAt: Date | null;
  readonly createdAt: Date;
  /** Tells stale news from new ones. */
  readonly updatedAt: Date;
}

/** Whose review was asked for. */
export interface ReviewRequests {
  /** Null where the forge does not tell it here. */
  readonly users: readonly ForgeUser[] | null;
  /** Whether who has given a review since is still among them. */
  readonly keepsReviewed: boolean;
}

export interface NewForgePullRequest {
  readonly title: string;
  readonly body: string;
  readonly head: string;
  readonly base: string;
  readonly isDraft: boolean;
}

/** What is absent stays as it is. */
export interface ForgePullRequestChange {
  readonly title?: string;
  readonly body?: string;
  readonly base?: string;
  readonly isDraft?: boolean;
  readonly status?: "open" | "closed";
  /** Added to those it has. */
  readonly labels?: readonly string[];
  /** Logins, added to those it has. One that cannot review is left out. */
  readonly reviewers?: readonly string[];
}

export type MergeMethod = "merge" | "squash" | "rebase";

/** What one person said of the whole change. */
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
