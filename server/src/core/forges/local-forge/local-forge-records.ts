import type { ForgeUser } from "../forge/forge-user.ts";
import type {
  LocalCheck,
  LocalComment,
  LocalEvent,
  LocalHook,
  LocalIssue,
  LocalIssueChange,
  LocalOrder,
  LocalPage,
  LocalPerson,
  LocalPullRequest,
  LocalPullRequestChange,
  LocalReaction,
  LocalRepository,
  LocalRepositoryChange,
  LocalReview,
  LocalThreadPage,
  NewLocalIssue,
  NewLocalPullRequest,
} from "./local-forge.ts";

/** Records of the built-in forge. A change replaces the fields that it contains. Absent fields remain unchanged. */
export interface LocalForgeRecords {
  readonly repositories: {
    find(id: string): Promise<LocalRepository | null>;
    findByNumber(number: number): Promise<LocalRepository | null>;
    findByPath(owner: string, name: string): Promise<LocalRepository | null>;
    /**
     * Lists repositories, ordered by number. If `organizationId` is null, lists the repositories of all organizations.
     */
    list(organizationId: string | null, page: LocalPage): Promise<LocalRepository[]>;
    /** Updates a repository, or returns null if it does not exist. Throws `conflict` if owner and name are taken. */
    update(id: string, change: LocalRepositoryChange): Promise<LocalRepository | null>;
  };
  /** Users of the built-in forge. `find` and `list` return only valid API keys. */
  readonly people: {
    find(apiKeyId: string): Promise<LocalPerson | null>;
    list(organizationId: string): Promise<LocalPerson[]>;
    /**
     * Returns the member's identity, or null if the user is not a member or has never had a key or a sign-in. The
     * identity is that of the member's first key or sign-in.
     */
    ofUser(organizationId: string, userId: string): Promise<LocalPerson | null>;
    /** True if `ofUser` returns this number for a member. */
    isMember(organizationId: string, number: number): Promise<boolean>;
    /** True if the key with this number belongs to an admin. */
    isAdmin(organizationId: string, number: number): Promise<boolean>;
  };
  readonly pulls: {
    findOpen(repositoryId: string, head: string, base: string): Promise<LocalPullRequest | null>;
    find(repositoryId: string, number: number): Promise<LocalPullRequest | null>;
    /**
     * Stores a pull request with the repository's next number. Issues share these numbers. Returns null if a pull
     * request for the same head and base is open.
     */
    insert(pullRequest: NewLocalPullRequest): Promise<LocalPullRequest | null>;
    /**
     * Updates a pull request, or returns null if it does not exist. With `ifOpen`, also returns null if it is not open.
     * With `ifHeadSha`, also returns null if its head differs.
     */
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
    /** Resolves a thread, or reopens it if `by` is null. */
    resolve(repositoryId: string, id: number, by: ForgeUser | null): Promise<void>;
    /** Lists comments, oldest first. */
    list(
      repositoryId: string,
      number: number,
      page: LocalPage & { readonly kind?: LocalComment["kind"]; readonly reviewId?: number },
    ): Promise<LocalComment[]>;
    /** Lists comments of all pull requests and issues. */
    ofRepository(
      repositoryId: string,
      page: LocalPage & LocalOrder & { readonly kind: LocalComment["kind"]; readonly since?: Date },
    ): Promise<LocalComment[]>;
    /** Returns the latest comments, oldest first. */
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
    /** Lists reviews, oldest first. */
    list(repositoryId: string, number: number, page: LocalPage): Promise<LocalReview[]>;
  };
  readonly reactions: {
    /** Stores a reaction, once per person, content and subject. */
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
    /** Returns the latest check for each kind and name, without logs. */
    latest(repositoryId: string, sha: string): Promise<LocalCheck[]>;
    /** Lists checks, newest first, without logs. */
    list(
      repositoryId: string,
      sha: string,
      page: LocalPage & { readonly kind: LocalCheck["kind"] },
    ): Promise<LocalCheck[]>;
  };
  readonly hooks: {
    /** Stores a hook, or returns null if the repository already has one for this URL. */
    insert(hook: Omit<LocalHook, "id" | "createdAt" | "updatedAt">): Promise<LocalHook | null>;
    find(repositoryId: string, id: number): Promise<LocalHook | null>;
    update(
      repositoryId: string,
      id: number,
      change: Partial<Pick<LocalHook, "url" | "secret" | "events" | "isActive">>,
    ): Promise<LocalHook | null>;
    list(repositoryId: string, page: LocalPage): Promise<LocalHook[]>;
    /** Deletes a hook. Returns false if it does not exist. */
    delete(repositoryId: string, id: number): Promise<boolean>;
  };
  readonly events: {
    /** Appends an event, and keeps only the latest `keep` events of the repository. */
    append(event: Omit<LocalEvent, "id" | "at">, keep: number): Promise<void>;
    /** Returns the events at `since` or later, oldest first. */
    since(repositoryId: string, since: Date): Promise<LocalEvent[]>;
  };
}
