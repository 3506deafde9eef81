import type { CursorPage, Page, TurnLease } from "../../base/index.ts";
import type { Repository } from "../repository/repository.ts";
import type { InboxGroup } from "./inbox-group.ts";
import type { PullRequest } from "./pull-request.ts";

export interface PullRequestQueries {
  /**
   * Stores a pull request. Replaces an existing pull request with the same repository and number, but keeps its ID,
   * creation time and reviewers. Throws `fenced` if the lease is no longer the latest.
   */
  save(lease: TurnLease, pullRequest: PullRequest): Promise<void>;
  /**
   * Stores the body that the forge reported at `at`. Changes nothing if the pull request was updated after that time.
   * Throws `fenced` if the lease is no longer the latest.
   */
  setBody(
    lease: TurnLease,
    id: string,
    reported: { readonly body: string; readonly at: Date },
  ): Promise<void>;
  findByNumber(repositoryId: string, number: number): Promise<PullRequest | null>;
  /** Returns up to 100 open pull requests with this head, newest first. */
  openWithHead(repositoryId: string, headSha: string): Promise<PullRequest[]>;
  /**
   * Stores what the forge reported: inserts the pull request, or replaces the forge's fields and keeps the session,
   * reviewers, additions and deletions. Resets the checks if the head has changed. Returns false and changes nothing if
   * the report is older than the stored `forgeUpdatedAt`.
   */
  observe(pullRequest: PullRequest): Promise<boolean>;
  /** Returns the reviewers and locks the pull request until the transaction ends. Returns null if it does not exist. */
  lockReviewers(id: string): Promise<PullRequest["reviewers"] | null>;
  setReviewers(id: string, reviewers: PullRequest["reviewers"]): Promise<void>;
  /** Stores the checks of a commit. Does nothing if the commit is no longer the head. */
  setChecks(id: string, headSha: string, checks: PullRequest["checks"]): Promise<void>;
  /**
   * Counts an attempt to fix the checks of a head. Returns false if there was already an attempt for this head, or if
   * the pull request has had `maxRounds` attempts.
   */
  takeCheckFix(id: string, headSha: string, maxRounds: number): Promise<boolean>;
  find(organizationId: string, id: string): Promise<PullRequest | null>;
  ofSession(sessionId: string): Promise<PullRequest[]>;
  /** Lists pull requests, newest first. */
  list(organizationId: string, page: PullRequestPage): Promise<Page<ListedPullRequest>>;
  count(organizationId: string, filter: PullRequestFilter): Promise<number>;
}

export interface PullRequestPage extends CursorPage, PullRequestFilter {
  /** Default: `createdAt`. */
  readonly sortBy?: "createdAt" | "updatedAt";
  /** ID of the person who views the list. */
  readonly viewerUserId: string;
}

/** The fields of a pull request, its repository and its session that a list shows. */
export interface ListedPullRequest
  extends Omit<PullRequest, "organizationId" | "isFromFork" | "mergeability" | "checks" | "forgeUpdatedAt"> {
  readonly repository: RepositoryLabel;
  /** The session, or null if there is none or the viewer cannot see it. */
  readonly session: PullRequestSession | null;
}

export type RepositoryLabel = Pick<
  Repository,
  "id" | "forge" | "owner" | "name" | "connectedUrl" | "defaultBranch"
>;

export interface PullRequestSession {
  readonly id: string;
  readonly title: string;
  readonly visibility: "public" | "private";
}

export interface PullRequestFilter {
  readonly status?: PullRequest["status"];
  readonly isDraft?: boolean;
  /** Combined decision of all reviews. */
  readonly decision?: "approved" | "changesRequested" | "needsReview";
  readonly inbox?: { readonly group: InboxGroup; readonly userId: string };
  readonly search?: string;
  readonly repositoryIds?: readonly string[];
  readonly hasSession?: boolean;
  /** IDs or logins of authors on the forge. Logins are case-insensitive. The fields below have the same format. */
  readonly authors?: readonly string[];
  readonly excludedAuthors?: readonly string[];
  /** Omits these authors' open pull requests for which a reviewer requested changes. */
  readonly excludedReturnedAuthors?: readonly string[];
  /** Users who have reviewed the pull request or are requested to review it. */
  readonly reviewers?: readonly string[];
  readonly excludedReviewers?: readonly string[];
  readonly createdAfter?: Date;
  readonly updatedAfter?: Date;
  readonly mergedAfter?: Date;
}
