import type { ForgeUser } from "../forge/forge-user.ts";

/** `skip` items are left out, then at most `limit` are given. */
export interface LocalPage {
  readonly skip: number;
  readonly limit: number;
}

/** Absent is the newest first. */
export interface LocalOrder {
  readonly sort?: "created" | "updated";
  readonly direction?: "asc" | "desc";
}

export interface LocalThreadPage extends LocalPage, LocalOrder {
  readonly isOpen?: boolean;
  /** Leaves out what has not changed since. */
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

/** An API key as the forge's person, or the person who has such keys. */
export interface LocalPerson {
  readonly apiKeyId: string;
  readonly number: number;
  readonly organizationId: string;
  /** Of the key, or the person. */
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
  /** As last seen; null for one made before they were kept. */
  readonly headSha: string | null;
  /** Of the base branch when it was opened. */
  readonly baseSha: string | null;
  /** Null for one made before authors were kept. */
  readonly author: ForgeUser | null;
  readonly labels: readonly string[];
  readonly reviewers: readonly ForgeUser[];
  /** Written before the base branch moves to it: a merge that was cut off is found again. */
  readonly mergeSha: string | null;
  readonly mergedBy: ForgeUser | null;
  readonly mergedAt: Date | null;
  readonly closedAt: Date | null;
  /** Of one closed without a merge; null also for one closed before it was kept. */
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
  /** Of the pull request or issue. */
  readonly number: number;
  readonly kind: "comment" | "inline";
  readonly body: string;
  readonly author: ForgeUser;
  /** Only of an inline one. */
  readonly place: LocalPlace | null;
  readonly reviewId: number | null;
  /** The first one of its thread. */
  readonly replyTo: number | null;
  /** Of the first one of a thread. */
  readonly resolvedAt: Date | null;
  readonly resolvedBy: ForgeUser | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface LocalPlace {
  readonly path: string;
  /** Null for a comment on the whole file. */
  readonly line: number | null;
  /** The first of several lines; absent or null for one. */
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
  /** The number of the thread, or the id of the comment. */
  readonly subjectId: number;
  /** GitHub's names: "+1", "eyes", ... */
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
  /** In GitHub's words; of a job: "queued", "in_progress" or its conclusion. */
  readonly state: string;
  readonly url: string | null;
  readonly summary: string | null;
  readonly log: string | null;
  readonly author: ForgeUser;
  readonly startedAt: Date | null;
  /** Null while it runs. */
  readonly completedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface LocalHook {
  readonly id: number;
  readonly repositoryId: string;
  readonly url: string;
  /** Empty: deliveries are not signed. */
  readonly secret: string;
  /** GitHub's names; "*" is all of them. */
  readonly events: readonly string[];
  readonly isActive: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Something that was told, as it was told. */
export interface LocalEvent {
  readonly id: number;
  readonly repositoryId: string;
  readonly deliveryId: string;
  readonly name: string;
  readonly body: string;
  readonly at: Date;
}
