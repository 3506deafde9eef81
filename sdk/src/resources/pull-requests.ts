import type { RequestOptions } from "../options.ts";
import type { CursorQuery, PullRequestQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type {
  PullRequest,
  PullRequestCommitList,
  PullRequestList,
  PullRequestMergeBody,
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

  /** Returns the last known results of the head commit's checks, and whether the pull request can be merged. */
  status(pullRequestId: string, options?: RequestOptions): APIPromise<PullRequestStatus> {
    const path = pathOf`/v1/pull-requests/${pullRequestId}/status`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  /** Returns a pull request with its patch. */
  retrieve(pullRequestId: string, options?: RequestOptions): APIPromise<PullRequest> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/pull-requests/${pullRequestId}` }, options);
  }

  /** Merges the pull request on its forge. Throws `ConflictError` with the reason if it cannot be merged. */
  merge(
    pullRequestId: string,
    body: PullRequestMergeBody,
    options?: RequestOptions,
  ): APIPromise<PullRequest> {
    const path = pathOf`/v1/pull-requests/${pullRequestId}/merge`;
    return this.#transport.json({ method: "POST", path, body }, options);
  }

  /**
   * Lists commits, oldest first. On other forges than the built-in one, throws a `ConflictError` that states where to
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

  /** Closes the pull request on its forge without merging it. */
  close(pullRequestId: string, options?: RequestOptions): APIPromise<PullRequest> {
    const path = pathOf`/v1/pull-requests/${pullRequestId}/close`;
    return this.#transport.json({ method: "POST", path }, options);
  }
}
