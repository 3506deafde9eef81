import type { ForgeUser } from "./forge-user.ts";

/** Where people talk: below a pull request or an issue. */
export interface ForgeThread {
  readonly kind: "pullRequest" | "issue";
  readonly number: number;
}

export interface ForgeComment {
  /** The forge's own; unique within its kind in a repository. */
  readonly id: string;
  /** `inline` hangs on a line of the change; `review` is the summary of a review; `comment` all else. */
  readonly kind: "comment" | "inline" | "review";
  readonly author: ForgeUser;
  readonly body: string;
  readonly url: string;
  /** Only of `inline`. */
  readonly place: CommentPlace | null;
  /** What replies are hung on, where the forge has threads: of its first comment or of a discussion. */
  readonly threadId: string | null;
  /** The review it was given in, where the forge tells. */
  readonly reviewId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface CommentPlace {
  readonly path: string;
  /** 1-based; null for a comment on the whole file or on lines that are gone. */
  readonly line: number | null;
  readonly side: "new" | "old";
  /** The lines of the change around it; null where the forge does not tell. */
  readonly diffHunk: string | null;
}

/** `seen` is said at once (👀 where the forge has it), `done` and `refused` at the end. */
export type Reaction = "seen" | "done" | "refused";
