import type { ForgeReview } from "./forge-pull-request.ts";
import type { RepositoryRef } from "./forge-repository.ts";
import type {
  ForgeCommit,
  ForgeOutlook,
  NewCommentPlace,
  NewForgeReview,
  ReviewComment,
} from "./forge-review.ts";

/**
 * Review actions on a pull request, other than merging. If a forge's adapter does not implement them, people review on
 * the forge's own pages. In addition to the errors of `Forge`, methods throw `not_found`, `invalid_input` and
 * `conflict`, each with a user-facing message.
 */
export interface ForgeReviewing {
  /**
   * Returns the changes in the head since it diverged from the base, as a git patch, or null if the patch is longer
   * than `maxChars`.
   */
  readPatch(repository: RepositoryRef, number: number, maxChars: number): Promise<string | null>;
  /** Returns the latest `limit` commits, oldest first. */
  listCommits(repository: RepositoryRef, number: number, limit: number): Promise<readonly ForgeCommit[]>;
  /** Returns the latest 500 comments, oldest first, without review summaries, and with their review details. */
  listReviewComments(repository: RepositoryRef, number: number): Promise<readonly ReviewComment[]>;
  commentInline(
    repository: RepositoryRef,
    number: number,
    place: NewCommentPlace,
    body: string,
  ): Promise<ReviewComment>;
  /** Replies in the thread of an inline comment. */
  replyInline(
    repository: RepositoryRef,
    number: number,
    commentId: string,
    body: string,
  ): Promise<ReviewComment>;
  /** Submits a review. Throws `conflict` if `headSha` is not null and not the head of the pull request. */
  submitReview(repository: RepositoryRef, number: number, review: NewForgeReview): Promise<ForgeReview>;
  /** Resolves or reopens the thread that contains the comment. Succeeds if the thread is already in that state. */
  resolveThread(
    repository: RepositoryRef,
    number: number,
    commentId: string,
    isResolved: boolean,
  ): Promise<void>;
  /** Commits the comment's suggestion to the head branch, and resolves its thread. */
  applySuggestion(
    repository: RepositoryRef,
    number: number,
    commentId: string,
  ): Promise<{ readonly sha: string }>;
  outlook(repository: RepositoryRef, number: number): Promise<ForgeOutlook>;
}
