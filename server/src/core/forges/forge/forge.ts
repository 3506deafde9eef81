import type { GitRemote } from "../git/git.ts";
import type { ForgeCheck } from "./forge-check.ts";
import type { ForgeComment, ForgeThread, Reaction } from "./forge-comment.ts";
import type { ForgeCredential } from "./forge-credential.ts";
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

/** One kind of forge. Where names of the outside stop. */
export interface ForgeAdapter {
  readonly name: ForgeName;
  /** The forge as one credential sees it. Cheap: nothing is asked yet. */
  connect(connection: ForgeConnection): Forge;
  /** What the headers say. Throws `invalid_input` when they are not of this forge. */
  identifyWebhook(request: Pick<WebhookRequest, "headers">): WebhookIdentity;
  /** Whether the secret signed exactly these bytes. Takes the same time whatever is wrong. */
  verifyWebhook(request: WebhookRequest, secret: string): boolean;
  /**
   * What a verified request tells; empty for what nobody listens to. Throws `invalid_input` for a body that is not what its
   * headers say. Never throws anything else.
   */
  readWebhook(request: WebhookRequest): readonly ForgeEvent[];
}

export interface ForgeConnection {
  /** Without a trailing slash. */
  readonly webUrl: string;
  readonly apiUrl: string;
  readonly credential: ForgeCredential;
  /** On whose behalf. Only the local forge knows them; elsewhere all is done by the credential's account. */
  readonly person?: Person | undefined;
  /** Told of a credential that was renewed, so that it is kept. */
  onRenewed(credential: ForgeCredential): Promise<void>;
}

/** A person of an organization of ours. */
export interface Person {
  readonly organizationId: string;
  readonly userId: string;
}

/**
 * A forge as one credential sees it, whatever its kind. Every operation may be repeated. It throws
 * `forge_failed` with a sentence that says what to change; of a spent rate limit the sentence says when it is over; of a
 * credential that is no longer taken the code is `forge_unauthorized`. Waits are bounded.
 */
export interface Forge
  extends ForgeAccess,
    ForgeRepositories,
    ForgePullRequests,
    ForgeConversations,
    ForgeChecks {
  readonly name: ForgeName;
  /** Null where the forge signs nothing for this credential. */
  readonly signer: CommitSigner | null;
  /** Null where people review on the forge itself. */
  readonly reviewing: ForgeReviewing | null;
}

/** Makes commits as the forge's own, which it signs. */
export interface CommitSigner {
  /**
   * Makes the commits again, oldest first, each on the one before, and moves the branch to the last, never by force; one that is new is
   * made. Their trees have been pushed, to a branch of any name. The new shas in order; null when the forge signed nothing after all,
   * and the branch is untouched then. Done twice, the first commits are found again.
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

/** Whom the credential acts as, and what it may do. */
export interface ForgeAccess {
  account(): Promise<ForgeUser>;
  /** Whether everything the product does is permitted; the message names exactly what is missing. Does not throw for a refusal. */
  test(): Promise<{ readonly isHealthy: boolean; readonly message: string }>;
  /** Null where the forge does not tell. */
  rateLimit(): Promise<ForgeRateLimit | null>;
  /** Where host git fetches and pushes, with a credential that is good for at least ten minutes. */
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

export interface ForgeRepositories {
  /** Makes an empty repository; one that exists already is left as it is. Only the local forge can. */
  createRepository(repository: RepositoryRef, defaultBranch: string): Promise<void>;
  /** Deletes its git data; data that is gone already is success. Only the local forge can. */
  deleteRepository(repository: RepositoryRef): Promise<void>;
  /** By its own id where it has one, so that a renamed one is found. Null when it is gone or out of reach. */
  findRepository(repository: RepositoryRef): Promise<ForgeRepository | null>;
  /** Every repository the credential reaches, page by page. */
  listRepositories(signal: AbortSignal): AsyncIterable<ForgeRepository>;
  findBranch(repository: RepositoryRef, name: string): Promise<ForgeBranch | null>;
  /** One that is gone already is success. */
  deleteBranch(repository: RepositoryRef, name: string): Promise<void>;
  /** Makes the webhook for this URL tell what the product listens to, signed with this secret; one that exists is brought up to date. */
  ensureWebhook(
    repository: RepositoryRef,
    webhook: { readonly url: string; readonly secret: string },
  ): Promise<void>;
  /** One that is gone already is success. */
  removeWebhook(repository: RepositoryRef, webhook: { readonly url: string }): Promise<void>;
  /** What happened since, oldest first, for servers that webhooks do not reach: pull requests, issues, comments, reviews and checks. */
  eventsSince(repository: RepositoryRef, since: Date, signal: AbortSignal): Promise<readonly ForgeEvent[]>;
}

export interface ForgePullRequests {
  /** The open pull request for head and base, or null. */
  findPullRequest(repository: RepositoryRef, head: string, base: string): Promise<ForgePullRequest | null>;
  getPullRequest(repository: RepositoryRef, number: number): Promise<ForgePullRequest | null>;
  /** Find-or-create: an open one for the same head and base is returned. No commits between them gives null. */
  createPullRequest(repository: RepositoryRef, input: NewForgePullRequest): Promise<ForgePullRequest | null>;
  /** Closing a closed one is success. */
  updatePullRequest(
    repository: RepositoryRef,
    number: number,
    change: ForgePullRequestChange,
  ): Promise<ForgePullRequest>;
  /** Merges what `headSha` names; a head that has moved meanwhile, conflicts and rules are `conflict` with a sentence. Merging a merged one is success. */
  mergePullRequest(
    repository: RepositoryRef,
    number: number,
    input: { readonly method: MergeMethod; readonly headSha: string },
  ): Promise<{ readonly sha: string | null }>;
  listReviews(repository: RepositoryRef, number: number): Promise<readonly ForgeReview[]>;
  getIssue(repository: RepositoryRef, number: number): Promise<ForgeIssue | null>;
}

export interface ForgeConversations {
  /** Oldest first, inline ones and those of reviews among them; the latest 500. */
  listComments(repository: RepositoryRef, thread: ForgeThread): Promise<readonly ForgeComment[]>;
  comment(repository: RepositoryRef, thread: ForgeThread, body: string): Promise<ForgeComment>;
  /** Below the inline comment, in its thread. */
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
  /** On a comment, or with null on the pull request or issue itself. False where the forge has no reactions. Repeating adds none. */
  react(
    repository: RepositoryRef,
    thread: ForgeThread,
    comment: Pick<ForgeComment, "id" | "kind" | "threadId"> | null,
    reaction: Reaction,
  ): Promise<boolean>;
  /** Whether this person may push to the repository. */
  canWrite(repository: RepositoryRef, user: Pick<ForgeUser, "id" | "login">): Promise<boolean>;
}

export interface ForgeChecks {
  /** The latest of each name. */
  checkResults(repository: RepositoryRef, sha: string): Promise<readonly ForgeCheck[]>;
  /** The end of what a job printed, at most `maxBytes`; null when there is no log. */
  jobLog(repository: RepositoryRef, check: ForgeCheck, maxBytes: number): Promise<string | null>;
}
