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
    /** Whether the key with this number belongs to an admin. */
    isAdmin(organizationId: string, number: number): Promise<boolean>;
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
