import type { ForgeUser } from "./forge-user.ts";

/** The conversation on a pull request or an issue. */
export interface ForgeThread {
  readonly kind: "pullRequest" | "issue";
  readonly number: number;
}

export interface ForgeComment {
  /** The forge's own ID, unique within its kind in a repository. */
  readonly id: string;
  /**
   * `inline` is a comment on a line of the change, and `review` is the summary of a review. Every other comment has the
   * kind `comment`.
   */
  readonly kind: "comment" | "inline" | "review";
  readonly author: ForgeUser;
  readonly body: string;
  readonly url: string;
  /** Commented lines or file, or null if `kind` is not `inline`. */
  readonly place: CommentPlace | null;
  /** ID to reply to, if the forge has threads: the ID of the first comment or of the discussion. */
  readonly threadId: string | null;
  /** ID of the review that contains the comment, if the forge reports it. */
  readonly reviewId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface CommentPlace {
  readonly path: string;
  /** Line number, starting at 1, or null for a comment on the whole file or on lines that no longer exist. */
  readonly line: number | null;
  readonly side: "new" | "old";
  /** Lines of the change around the commented line, or null if the forge does not report them. */
  readonly diffHunk: string | null;
}

/** `seen` is added immediately (👀 if the forge supports it), `done` or `refused` at the end. */
export type Reaction = "seen" | "done" | "refused";
