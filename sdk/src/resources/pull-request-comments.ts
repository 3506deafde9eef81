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

/** What people say of a pull request; on other forges than the built-in one it is only read. */
export class PullRequestCommentsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Comments and reviews, oldest first. */
  list(
    pullRequestId: string,
    query?: CursorQuery | null,
    options?: RequestOptions,
  ): PagePromise<PullRequestCommentList> {
    const path = pathOf`/v1/pull-requests/${pullRequestId}/comments`;
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  /** Of the whole, of lines, or in a thread. */
  create(
    pullRequestId: string,
    body: PullRequestCommentCreateBody,
    options?: RequestOptions,
  ): APIPromise<PullRequestComment> {
    const path = pathOf`/v1/pull-requests/${pullRequestId}/comments`;
    return this.#transport.json({ method: "POST", path, body }, options);
  }

  /** Resolves the thread of an inline comment, or opens it again. */
  update(
    pullRequestId: string,
    commentId: string,
    body: PullRequestCommentUpdateBody,
    options?: RequestOptions,
  ): APIPromise<PullRequestThread> {
    const path = pathOf`/v1/pull-requests/${pullRequestId}/comments/${commentId}`;
    return this.#transport.json({ method: "PATCH", path, body }, options);
  }

  /** Makes a commit of what it suggests. A `ConflictError` says that its lines have changed since. */
  apply(
    pullRequestId: string,
    commentId: string,
    options?: RequestOptions,
  ): APIPromise<PullRequestSuggestionApplied> {
    const path = pathOf`/v1/pull-requests/${pullRequestId}/comments/${commentId}/apply`;
    return this.#transport.json({ method: "POST", path }, options);
  }
}
