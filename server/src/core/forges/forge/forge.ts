import type { GitRemote } from "../git/git.ts";
import type { ForgeCheck } from "./forge-check.ts";
import type { ForgeComment, ForgeThread, Reaction } from "./forge-comment.ts";
import type { ForgeCredential, RenewCredential } from "./forge-credential.ts";
import type { ForgeEvent } from "./forge-event.ts";
import type { ForgeName } from "./forge-name.ts";
import type {
  ForgeIssue,
  ForgePullRequest,
  ForgePullRequestChange,
  ForgeReview,
  MergeMethod,
  NewForgePullRequest,
} from "./forge-pull-request.ts";
import type { ForgeBranch, ForgeRepository, RepositoryRef } from "./forge-repository.ts";
import type { ForgeReviewing } from "./forge-reviewing.ts";
import type { ForgeUser } from "./forge-user.ts";
import type { WebhookIdentity, WebhookRequest } from "./webhook.ts";

/** Adapter for one kind of forge. Terms that are specific to the forge appear only inside the adapter. */
export interface ForgeAdapter {
  readonly name: ForgeName;
  /** Returns a client for the forge with one credential. Sends no request. */
  connect(connection: ForgeConnection): Forge;
  /** Identifies a webhook request by its headers. Throws `invalid_input` if the headers are not from this forge. */
  identifyWebhook(request: Pick<WebhookRequest, "headers">): WebhookIdentity;
  /**
   * True if the request contains a signature of exactly these bytes with the secret or, depending on the forge, the
   * secret itself. The comparison takes constant time.
   */
  verifyWebhook(request: WebhookRequest, secret: string): boolean;
  /**
   * Parses a verified request. Returns an empty list if it contains no events that Tembo handles. Throws only
   * `invalid_input`, if the body does not match the headers.
   */
  readWebhook(request: WebhookRequest): readonly ForgeEvent[];
}

export interface ForgeConnection {
  /** The forge's URL, without a trailing slash. */
  readonly webUrl: string;
  readonly apiUrl: string;
  readonly credential: ForgeCredential;
  /**
   * Person on whose behalf the forge acts. Only the built-in forge supports this. Other forges act as the credential's
   * account.
   */
  readonly person?: Person | undefined;
  /** Renews and stores an OAuth credential. */
  readonly renew: RenewCredential;
}

/** A Tembo user in an organization. */
export interface Person {
  readonly organizationId: string;
  readonly userId: string;
}

/**
 * Client for a forge of any kind, with one credential. Every operation has a time limit. Operations are idempotent,
 * except those that post comments. Operations throw:
 * - `forge_unauthorized` if the forge rejects the credential or the credential lacks a permission
 * - `forge_failed` for other failures, with a message that states what to change or when an exhausted rate limit resets
 */
export interface Forge
  extends ForgeAccess,
    ForgeRepositories,
    ForgePullRequests,
    ForgeConversations,
    ForgeChecks {
  readonly name: ForgeName;
  /** Commit signer, or null if the forge signs no commits for this credential. */
  readonly signer: CommitSigner | null;
  /** Review actions, or null if people review on the forge itself. */
  readonly reviewing: ForgeReviewing | null;
}

/** Creates commits through the forge, which signs them. */
export interface CommitSigner {
  /**
   * Recreates the commits, oldest first, each on top of the previous one. Then moves the branch to the last one without
   * force, or creates the branch. The trees must already have been pushed, to any branch. Returns the new SHAs in
   * order. Returns null and leaves the branch unchanged if the forge did not sign. Throws `invalid_input` for more than
   * 100 commits. A repeated call finds the commits that the first call created.
   */
  signCommits(
    repository: RepositoryRef,
    input: {
      readonly branch: string;
      readonly commits: readonly {
        readonly treeSha: string;
        readonly parentShas: readonly string[];
        readonly message: string;
      }[];
    },
  ): Promise<readonly string[] | null>;
}

/** Queries for the credential's account and permissions. */
export interface ForgeAccess {
  account(): Promise<ForgeUser>;
  /**
   * Checks that the credential has all permissions that Tembo needs. The message lists the missing permissions. Does
   * not throw if the forge rejects the credential.
   */
  test(): Promise<{ readonly isHealthy: boolean; readonly message: string }>;
  /** Returns the rate limit, or null if the forge does not report it. */
  rateLimit(): Promise<ForgeRateLimit | null>;
  /** Returns the remote for host git, with a credential that is valid for at least ten more minutes. */
  remote(repository: RepositoryRef): Promise<GitRemote>;
}

export interface ForgeRateLimit {
  readonly core: RateLimitBucket;
  readonly graphql: RateLimitBucket | null;
  readonly search: RateLimitBucket | null;
}
export interface RateLimitBucket {
  readonly limit: number;
  readonly remaining: number;
  readonly used: number;
  readonly resetAt: Date;
}

export interface NewFile {
  /** Path in the repository. */
  readonly path: string;
  readonly text: string;
}

export interface ForgeRepositories {
  /**
   * Creates a repository, or leaves an existing repository unchanged. A repository without the default branch receives
   * a first commit with the files, if there are any. Only the built-in forge supports this.
   */
  createRepository(
    repository: RepositoryRef,
    defaultBranch: string,
    files?: readonly NewFile[],
  ): Promise<void>;
  /** Deletes the git data. Succeeds if the data no longer exists. Only the built-in forge supports this. */
  deleteRepository(repository: RepositoryRef): Promise<void>;
  /**
   * Finds the repository, by the forge's own ID if known, so that it is found after a rename. Returns null if the
   * repository does not exist or the credential cannot access it.
   */
  findRepository(repository: RepositoryRef): Promise<ForgeRepository | null>;
  /** Yields the repositories that the credential can access. Reads them page by page. */
  listRepositories(signal: AbortSignal): AsyncIterable<ForgeRepository>;
  findBranch(repository: RepositoryRef, name: string): Promise<ForgeBranch | null>;
  /** Deletes a branch. Succeeds if the branch no longer exists. */
  deleteBranch(repository: RepositoryRef, name: string): Promise<void>;
  /**
   * Creates or updates the webhook for this URL. The webhook subscribes to the events that Tembo handles, and
   * authenticates its requests with this secret.
   */
  ensureWebhook(
    repository: RepositoryRef,
    webhook: { readonly url: string; readonly secret: string },
  ): Promise<void>;
  /** Removes a webhook. Succeeds if the webhook no longer exists. */
  removeWebhook(repository: RepositoryRef, webhook: { readonly url: string }): Promise<void>;
  /**
   * Returns the events since a time, oldest first, for servers that webhooks cannot reach. The types of event that it
   * returns depend on the forge.
   */
  eventsSince(repository: RepositoryRef, since: Date, signal: AbortSignal): Promise<readonly ForgeEvent[]>;
}

export interface ForgePullRequests {
  /** Returns the open pull request for head and base, or null if there is none. */
  findPullRequest(repository: RepositoryRef, head: string, base: string): Promise<ForgePullRequest | null>;
  findPullRequestByNumber(repository: RepositoryRef, number: number): Promise<ForgePullRequest | null>;
  /**
   * Returns the open pull request for the same head and base, or creates one. Returns null if the head has no commits
   * that the base lacks.
   */
  createPullRequest(repository: RepositoryRef, input: NewForgePullRequest): Promise<ForgePullRequest | null>;
  /** Updates a pull request. Closing a closed pull request succeeds. */
  updatePullRequest(
    repository: RepositoryRef,
    number: number,
    change: ForgePullRequestChange,
  ): Promise<ForgePullRequest>;
  /**
   * Merges the pull request at the commit `headSha`. Throws `conflict` with a user-facing message if the head has
   * moved, or if conflicts or rules prevent the merge. Succeeds if the pull request is already merged.
   */
  mergePullRequest(
    repository: RepositoryRef,
    number: number,
    input: { readonly method: MergeMethod; readonly headSha: string },
  ): Promise<{ readonly sha: string | null }>;
  listReviews(repository: RepositoryRef, number: number): Promise<readonly ForgeReview[]>;
  findIssue(repository: RepositoryRef, number: number): Promise<ForgeIssue | null>;
}

export interface ForgeConversations {
  /** Returns the latest 500 comments, oldest first, including inline comments and review summaries. */
  listComments(repository: RepositoryRef, thread: ForgeThread): Promise<readonly ForgeComment[]>;
  comment(repository: RepositoryRef, thread: ForgeThread, body: string): Promise<ForgeComment>;
  /** Replies in the thread of the inline comment. */
  replyInline(
    repository: RepositoryRef,
    number: number,
    to: Pick<ForgeComment, "id" | "threadId">,
    body: string,
  ): Promise<ForgeComment>;
  updateComment(
    repository: RepositoryRef,
    thread: ForgeThread,
    comment: Pick<ForgeComment, "id" | "kind" | "threadId">,
    body: string,
  ): Promise<void>;
  /**
   * Reacts to a comment, or to the pull request or issue itself if `comment` is null. Returns false if the forge does
   * not support reactions. A repeated call does not add a second reaction.
   */
  react(
    repository: RepositoryRef,
    thread: ForgeThread,
    comment: Pick<ForgeComment, "id" | "kind" | "threadId"> | null,
    reaction: Reaction,
  ): Promise<boolean>;
  /** True if this user may push to the repository. */
  canWrite(repository: RepositoryRef, user: Pick<ForgeUser, "id" | "login">): Promise<boolean>;
}

export interface ForgeChecks {
  /** Returns the latest check for each name. */
  checkResults(repository: RepositoryRef, sha: string): Promise<readonly ForgeCheck[]>;
  /** Returns the last `maxBytes` of a job's output, or null if there is no log. */
  jobLog(repository: RepositoryRef, check: ForgeCheck, maxBytes: number): Promise<string | null>;
}
