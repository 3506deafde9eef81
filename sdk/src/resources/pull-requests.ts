import type { RequestOptions } from "../options.ts";
import type { CursorQuery, PullRequestQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type {
  PullRequest,
  PullRequestComment,
  PullRequestCommitList,
  PullRequestList,
  PullRequestMergeBody,
  PullRequestReviewCreateBody,
  PullRequestStatus,
} from "../types.ts";
import { PullRequestCommentsResource } from "./pull-request-comments.ts";

/** Pull requests in connected repositories, created by sessions or by people. */
export class PullRequestsResource {
  readonly comments: PullRequestCommentsResource;
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
    this.comments = new PullRequestCommentsResource(transport);
  }

  /** Lists pull requests without their patches, newest first. */
  list(query?: PullRequestQuery | null, options?: RequestOptions): PagePromise<PullRequestList> {
    return this.#transport.page({ method: "GET", path: "/v1/pull-requests", query: query ?? {} }, options);
  }

  /** Returns whether the pull request can be merged, and the last known check results of its head commit. */
  status(pullRequestId: string, options?: RequestOptions): APIPromise<PullRequestStatus> {
    const path = pathOf`/v1/pull-requests/${pullRequestId}/status`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  /** Returns a pull request with its patch. */
  retrieve(pullRequestId: string, options?: RequestOptions): APIPromise<PullRequest> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/pull-requests/${pullRequestId}` }, options);
  }

  /** Merges the pull request on its forge. If it cannot be merged, throws a `ConflictError` that states the reason. */
  merge(
    pullRequestId: string,
    body: PullRequestMergeBody,
    options?: RequestOptions,
  ): APIPromise<PullRequest> {
    const path = pathOf`/v1/pull-requests/${pullRequestId}/merge`;
    return this.#transport.json({ method: "POST", path, body }, options);
  }

  /**
   * Lists commits, oldest first. On forges other than the built-in one, throws a `ConflictError` that states where to
   * find the commits.
   */
  commits(
    pullRequestId: string,
    query?: CursorQuery | null,
    options?: RequestOptions,
  ): PagePromise<PullRequestCommitList> {
    const path = pathOf`/v1/pull-requests/${pullRequestId}/commits`;
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  /**
   * Approves the pull request, requests changes or comments on it. On forges other than the built-in one, throws a
   * `ConflictError` that states where to review it.
   */
  review(
    pullRequestId: string,
    body: PullRequestReviewCreateBody,
    options?: RequestOptions,
  ): APIPromise<PullRequestComment> {
    const path = pathOf`/v1/pull-requests/${pullRequestId}/reviews`;
    return this.#transport.json({ method: "POST", path, body }, options);
  }

  /** Closes the pull request on its forge without merging it. */
  close(pullRequestId: string, options?: RequestOptions): APIPromise<PullRequest> {
    const path = pathOf`/v1/pull-requests/${pullRequestId}/close`;
    return this.#transport.json({ method: "POST", path }, options);
  }
}
