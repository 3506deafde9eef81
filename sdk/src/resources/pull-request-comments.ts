import type { RequestOptions } from "../options.ts";
import type { CursorQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type {
  PullRequestComment,
  PullRequestCommentCreateBody,
  PullRequestCommentList,
  PullRequestCommentUpdateBody,
  PullRequestSuggestionApplied,
  PullRequestThread,
} from "../types.ts";

/** Comments and reviews of a pull request. On every forge except the built-in one, they are read-only. */
export class PullRequestCommentsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists the latest 500 comments and reviews, oldest first. */
  list(
    pullRequestId: string,
    query?: CursorQuery | null,
    options?: RequestOptions,
  ): PagePromise<PullRequestCommentList> {
    const path = pathOf`/v1/pull-requests/${pullRequestId}/comments`;
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  /** Adds a comment to the pull request as a whole, to lines or to a thread. */
  create(
    pullRequestId: string,
    body: PullRequestCommentCreateBody,
    options?: RequestOptions,
  ): APIPromise<PullRequestComment> {
    const path = pathOf`/v1/pull-requests/${pullRequestId}/comments`;
    return this.#transport.json({ method: "POST", path, body }, options);
  }

  /** Resolves or reopens the thread of an inline comment. */
  update(
    pullRequestId: string,
    commentId: string,
    body: PullRequestCommentUpdateBody,
    options?: RequestOptions,
  ): APIPromise<PullRequestThread> {
    const path = pathOf`/v1/pull-requests/${pullRequestId}/comments/${commentId}`;
    return this.#transport.json({ method: "PATCH", path, body }, options);
  }

  /**
   * Commits the change that the comment suggests. Throws `ConflictError` if the lines have changed since the comment
   * was written.
   */
  apply(
    pullRequestId: string,
    commentId: string,
    options?: RequestOptions,
  ): APIPromise<PullRequestSuggestionApplied> {
    const path = pathOf`/v1/pull-requests/${pullRequestId}/comments/${commentId}/apply`;
    return this.#transport.json({ method: "POST", path }, options);
  }
}
