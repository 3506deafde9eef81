import type { ForgeUser } from "../../../forge/forge-user.ts";

/** The records of the built-in forge. What is given as a change replaces what it names; absent fields stay. */
export interface LocalForgeRecords {
  readonly repositories: {
    find(id: string): Promise<LocalRepository | null>;
    findByNumber(number: number): Promise<LocalRepository | null>;
    findByPath(owner: string, name: string): Promise<LocalRepository | null>;
    /** By number. A null organization means every one. */
    list(organizationId: string | null, page: LocalPage): Promise<LocalRepository[]>;
    /** Null when there is none. Throws `conflict` when owner and name are taken. */
    update(id: string, change: LocalRepositoryChange): Promise<LocalRepository | null>;
  };
  /** The keys that are good for something, of an organization. */
  readonly people: {
    find(apiKeyId: string): Promise<LocalPerson | null>;
    list(organizationId: string): Promise<LocalPerson[]>;
    /** The same each time, whatever key or sign-in they come with: by the first that they had. Null for who is no member. */
    ofUser(organizationId: string, userId: string): Promise<LocalPerson | null>;
    /** Whether a number is that of a member, as `ofUser` gives it. */
    isMember(organizationId: string, number: number): Promise<boolean>;
  };
  readonly pulls: {
    findOpen(repositoryId: string, head: string, base: string): Promise<LocalPullRequest | null>;
    find(repositoryId: string, number: number): Promise<LocalPullRequest | null>;
    /** Numbers it within the repository, together with issues. Null when one for the same head and base is open. */
    insert(pullRequest: NewLocalPullRequest): Promise<LocalPullRequest | null>;
    /** With `ifOpen`, null also when it is not open. With `ifHeadSha`, null also when its head is another. */
    update(
      repositoryId: string,
      number: number,
      change: LocalPullRequestChange,
      only?: { readonly ifOpen?: boolean; readonly ifHeadSha?: string },
    ): Promise<LocalPullRequest | null>;
    list(
      repositoryId: string,
      page: LocalThreadPage & { readonly head?: string; readonly base?: string },
    ): Promise<LocalPullRequest[]>;
  };
  readonly issues: {
    insert(issue: NewLocalIssue): Promise<LocalIssue>;
    find(repositoryId: string, number: number): Promise<LocalIssue | null>;
    update(repositoryId: string, number: number, change: LocalIssueChange): Promise<LocalIssue | null>;
    list(repositoryId: string, page: LocalThreadPage): Promise<LocalIssue[]>;
  };
  readonly comments: {
    insert(
      comment: Omit<LocalComment, "id" | "resolvedAt" | "resolvedBy" | "createdAt" | "updatedAt">,
    ): Promise<LocalComment>;
    find(repositoryId: string, id: number): Promise<LocalComment | null>;
    update(repositoryId: string, id: number, body: string): Promise<LocalComment | null>;
    /** Null opens it again. */
    resolve(repositoryId: string, id: number, by: ForgeUser | null): Promise<void>;
    /** Oldest first. */
    list(
      repositoryId: string,
      number: number,
      page: LocalPage & { readonly kind?: LocalComment["kind"]; readonly reviewId?: number },
    ): Promise<LocalComment[]>;
    /** Of all pull requests and issues. */
    ofRepository(
      repositoryId: string,
      page: LocalPage & LocalOrder & { readonly kind: LocalComment["kind"]; readonly since?: Date },
    ): Promise<LocalComment[]>;
    /** The latest ones, oldest first. */
    latest(repositoryId: string, number: number, limit: number): Promise<LocalComment[]>;
    count(
      repositoryId: string,
      number: number,
    ): Promise<{ readonly comment: number; readonly inline: number }>;
  };
  readonly reviews: {
    insert(review: Omit<LocalReview, "id" | "submittedAt">): Promise<LocalReview>;
    find(repositoryId: string, id: number): Promise<LocalReview | null>;
    update(repositoryId: string, id: number, body: string): Promise<LocalReview | null>;
    /** Oldest first. */
    list(repositoryId: string, number: number, page: LocalPage): Promise<LocalReview[]>;
  };
  readonly reactions: {
    /** The same of the same person is there once. */
    add(
      reaction: Omit<LocalReaction, "id" | "createdAt">,
    ): Promise<{ readonly reaction: LocalReaction; readonly isNew: boolean }>;
    list(
      repositoryId: string,
      subject: LocalReaction["subject"],
      subjectId: number,
      page: LocalPage,
    ): Promise<LocalReaction[]>;
  };
  readonly checks: {
    insert(check: Omit<LocalCheck, "id" | "createdAt" | "updatedAt">): Promise<LocalCheck>;
    find(repositoryId: string, id: number): Promise<LocalCheck | null>;
    update(
      repositoryId: string,
      id: number,
      change: Partial<Omit<LocalCheck, "id" | "repositoryId" | "sha" | "kind" | "author">>,
    ): Promise<LocalCheck | null>;
    /** The latest of each kind and name, without logs. */
    latest(repositoryId: string, sha: string): Promise<LocalCheck[]>;
    /** Newest first, without logs. */
    list(
      repositoryId: string,
      sha: string,
      page: LocalPage & { readonly kind: LocalCheck["kind"] },
    ): Promise<LocalCheck[]>;
  };
  readonly hooks: {
    /** Null when there is one for this URL. */
    insert(hook: Omit<LocalHook, "id" | "createdAt" | "updatedAt">): Promise<LocalHook | null>;
    find(repositoryId: string, id: number): Promise<LocalHook | null>;
    update(
      repositoryId: string,
      id: number,
      change: Partial<Pick<LocalHook, "url" | "secret" | "events" | "isActive">>,
    ): Promise<LocalHook | null>;
    list(repositoryId: string, page: LocalPage): Promise<LocalHook[]>;
    /** False when there is none. */
    delete(repositoryId: string, id: number): Promise<boolean>;
  };
  readonly events: {
    /** Keeps the latest `keep` of the repository. */
    append(event: Omit<LocalEvent, "id" | "at">, keep: number): Promise<void>;
    /** Those at `since` or later, oldest first. */
    since(repositoryId: string, since: Date): Promise<LocalEvent[]>;
  };
}

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
