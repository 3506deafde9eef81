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

/** The pull requests of connected repositories, of sessions and of people. */
export class PullRequestsResource {
  readonly comments: PullRequestCommentsResource;
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
    this.comments = new PullRequestCommentsResource(transport);
  }

  /** Newest first, without the patches. */
  list(query?: PullRequestQuery | null, options?: RequestOptions): PagePromise<PullRequestList> {
    return this.#transport.page({ method: "GET", path: "/v1/pull-requests", query: query ?? {} }, options);
  }

  /** Checks of its head and whether it can be merged, as last seen. */
  status(pullRequestId: string, options?: RequestOptions): APIPromise<PullRequestStatus> {
    const path = pathOf`/v1/pull-requests/${pullRequestId}/status`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  retrieve(pullRequestId: string, options?: RequestOptions): APIPromise<PullRequest> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/pull-requests/${pullRequestId}` }, options);
  }

  /** Merges it on its forge. A `ConflictError` says what stands in the way. */
  merge(
    pullRequestId: string,
    body: PullRequestMergeBody,
    options?: RequestOptions,
  ): APIPromise<PullRequest> {
    const path = pathOf`/v1/pull-requests/${pullRequestId}/merge`;
    return this.#transport.json({ method: "POST", path, body }, options);
  }

  /** Oldest first. A `ConflictError` says where they are when its forge is not the built-in one. */
  commits(
    pullRequestId: string,
    query?: CursorQuery | null,
    options?: RequestOptions,
  ): PagePromise<PullRequestCommitList> {
    const path = pathOf`/v1/pull-requests/${pullRequestId}/commits`;
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  /** Closes it on its forge without merging it. */
  close(pullRequestId: string, options?: RequestOptions): APIPromise<PullRequest> {
    const path = pathOf`/v1/pull-requests/${pullRequestId}/close`;
    return this.#transport.json({ method: "POST", path }, options);
  }
}
