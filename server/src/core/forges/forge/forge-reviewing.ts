import type { RepositoryRef } from "./forge-repository.ts";
import type { ForgeCommit, ForgeOutlook, NewCommentPlace, ReviewComment } from "./forge-review.ts";

/**
 * What a person does to a pull request beside merging it: elsewhere they do it on the forge's own pages. Throws `not_found`,
 * `invalid_input` and `conflict` too, each with a sentence.
 */
export interface ForgeReviewing {
  /** What the head changes since it left the base, as git's patch; null beyond `maxChars`. */
  readPatch(repository: RepositoryRef, number: number, maxChars: number): Promise<string | null>;
  /** Oldest first, at most `limit`: the latest ones. */
  listCommits(repository: RepositoryRef, number: number, limit: number): Promise<readonly ForgeCommit[]>;
  /** As `listComments`. */
  listReviewComments(repository: RepositoryRef, number: number): Promise<readonly ReviewComment[]>;
  commentInline(
    repository: RepositoryRef,
    number: number,
    place: NewCommentPlace,
    body: string,
  ): Promise<ReviewComment>;
  /** In the thread of an inline comment. */
  replyInline(
    repository: RepositoryRef,
    number: number,
    commentId: string,
    body: string,
  ): Promise<ReviewComment>;
  /** A thread by any of its comments. Resolving a resolved one is success. */
  resolveThread(
    repository: RepositoryRef,
    number: number,
    commentId: string,
    isResolved: boolean,
  ): Promise<void>;
  /** Makes a commit on the head branch of what the comment suggests, and resolves its thread. */
  applySuggestion(
    repository: RepositoryRef,
    number: number,
    commentId: string,
  ): Promise<{ readonly sha: string }>;
  outlook(repository: RepositoryRef, number: number): Promise<ForgeOutlook>;
}
