import type { ForgeUser } from "../forge/forge-user.ts";

/** A page of a list: at most `limit` items, after the first `skip` items. */
export interface LocalPage {
  readonly skip: number;
  readonly limit: number;
}

/** Sort order. Defaults to newest first. */
export interface LocalOrder {
  readonly sort?: "created" | "updated";
  readonly direction?: "asc" | "desc";
}

export interface LocalThreadPage extends LocalPage, LocalOrder {
  readonly isOpen?: boolean;
  /** Omits items that have not changed since this time. */
  readonly since?: Date;
}

export interface LocalRepository {
  readonly id: string;
  readonly organizationId: string;
  readonly number: number;
  readonly owner: string;
  readonly name: string;
  readonly description: string | null;
  readonly defaultBranch: string;
  readonly isArchived: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
export type LocalRepositoryChange = Partial<
  Pick<LocalRepository, "name" | "description" | "defaultBranch" | "isArchived">
>;

/** A user of the built-in forge: an API key, or the person who owns such keys. */
export interface LocalPerson {
  readonly apiKeyId: string;
  readonly number: number;
  readonly organizationId: string;
  /** Name of the key or the person. */
  readonly name: string | null;
}

export interface LocalPullRequest {
  readonly id: number;
  readonly repositoryId: string;
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly status: "open" | "merged" | "closed";
  readonly isDraft: boolean;
  readonly head: string;
  readonly base: string;
  /** Last known head, or null for a pull request created before Tembo stored heads. */
  readonly headSha: string | null;
  /** Head of the base branch when the pull request was opened. */
  readonly baseSha: string | null;
  /** Author, or null for a pull request created before Tembo stored authors. */
  readonly author: ForgeUser | null;
  readonly labels: readonly string[];
  readonly reviewers: readonly ForgeUser[];
  /** Merge commit. It is stored before the base branch moves to it, so that an interrupted merge can be recovered. */
  readonly mergeSha: string | null;
  readonly mergedBy: ForgeUser | null;
  readonly mergedAt: Date | null;
  readonly closedAt: Date | null;
  /**
   * User who closed the pull request without a merge, or null if there is none or the pull request was closed before
   * Tembo stored this.
   */
  readonly closedBy: ForgeUser | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
export type NewLocalPullRequest = Pick<
  LocalPullRequest,
  "repositoryId" | "title" | "body" | "head" | "base" | "isDraft"
> & { readonly headSha: string; readonly baseSha: string; readonly author: ForgeUser };
export type LocalPullRequestChange = Partial<
  Omit<LocalPullRequest, "id" | "repositoryId" | "number" | "head" | "author" | "createdAt" | "updatedAt">
>;

export interface LocalIssue {
  readonly id: number;
  readonly repositoryId: string;
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly status: "open" | "closed";
  readonly author: ForgeUser;
  readonly labels: readonly string[];
  readonly closedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
export type NewLocalIssue = Pick<LocalIssue, "repositoryId" | "title" | "body" | "author" | "labels">;
export type LocalIssueChange = Partial<Pick<LocalIssue, "title" | "body" | "status" | "labels" | "closedAt">>;

export interface LocalComment {
  readonly id: number;
  readonly repositoryId: string;
  /** Number of the pull request or issue. */
  readonly number: number;
  readonly kind: "comment" | "inline";
  readonly body: string;
  readonly author: ForgeUser;
  /** Commented lines or file, or null if the comment is not inline. */
  readonly place: LocalPlace | null;
  readonly reviewId: number | null;
  /** ID of the first comment in the thread, or null for that comment itself. */
  readonly replyTo: number | null;
  /** Time at which the thread was resolved, on its first comment only, or null if the thread is not resolved. */
  readonly resolvedAt: Date | null;
  readonly resolvedBy: ForgeUser | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface LocalPlace {
  readonly path: string;
  /** Line number, or null for a comment on the whole file. */
  readonly line: number | null;
  /** First of several lines, absent or null for a single line. */
  readonly startLine?: number | null;
  readonly side: "new" | "old";
  readonly diffHunk: string;
  readonly commitSha: string;
}

export interface LocalReview {
  readonly id: number;
  readonly repositoryId: string;
  readonly number: number;
  readonly state: "approved" | "changesRequested" | "commented" | "dismissed";
  readonly body: string;
  readonly author: ForgeUser;
  readonly commitSha: string;
  readonly submittedAt: Date;
}

export interface LocalReaction {
  readonly id: number;
  readonly repositoryId: string;
  readonly subject: "thread" | "comment";
  /** Thread number, or comment ID. */
  readonly subjectId: number;
  /** GitHub's name for the reaction, such as "+1" or "eyes". */
  readonly content: string;
  readonly author: ForgeUser;
  readonly createdAt: Date;
}

export interface LocalCheck {
  readonly id: number;
  readonly repositoryId: string;
  readonly sha: string;
  readonly kind: "job" | "status";
  readonly name: string;
  /** GitHub's term for the state. For a job: "queued", "in_progress" or its conclusion. */
  readonly state: string;
  readonly url: string | null;
  readonly summary: string | null;
  readonly log: string | null;
  readonly author: ForgeUser;
  readonly startedAt: Date | null;
  /** Time of completion, or null while the check runs. */
  readonly completedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface LocalHook {
  readonly id: number;
  readonly repositoryId: string;
  readonly url: string;
  /** Secret that signs deliveries. If empty, they are not signed. */
  readonly secret: string;
  /** GitHub's event names. "*" means all events. */
  readonly events: readonly string[];
  readonly isActive: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A sent event, stored as it was sent. */
export interface LocalEvent {
  readonly id: number;
  readonly repositoryId: string;
  readonly deliveryId: string;
  readonly name: string;
  readonly body: string;
  readonly at: Date;
}
