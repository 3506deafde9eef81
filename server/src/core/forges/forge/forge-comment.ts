import type { ForgeUser } from "./forge-user.ts";

/** A conversation below a pull request or an issue. */
export interface ForgeThread {
  readonly kind: "pullRequest" | "issue";
  readonly number: number;
}

export interface ForgeComment {
  /** The forge's own id, unique within its kind in a repository. */
  readonly id: string;
  /**
   * `inline` belongs to a line of the change, and `review` is the summary of a review. Everything else is `comment`.
   */
  readonly kind: "comment" | "inline" | "review";
  readonly author: ForgeUser;
  readonly body: string;
  readonly url: string;
  /** The commented line, for `inline` only. */
  readonly place: CommentPlace | null;
  /** The id to reply to, if the forge has threads: the first comment or the discussion. */
  readonly threadId: string | null;
  /** The review that contains the comment, if the forge reports it. */
  readonly reviewId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface CommentPlace {
  readonly path: string;
  /** 1-based line, or null for a comment on the whole file or on lines that no longer exist. */
  readonly line: number | null;
  readonly side: "new" | "old";
  /** The lines of the change around it, or null if the forge does not report them. */
  readonly diffHunk: string | null;
}

/** `seen` is set immediately (👀 if the forge has it), `done` or `refused` at the end. */
export type Reaction = "seen" | "done" | "refused";
