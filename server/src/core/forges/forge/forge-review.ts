import type { ForgeComment } from "./forge-comment.ts";
import type { ForgeUser } from "./forge-user.ts";

/** A comment of a pull request, placed in its head as that is now. */
export interface ReviewComment extends ForgeComment {
  /** The first of several lines that an inline one is about; null for one line. */
  readonly startLine: number | null;
  /** The lines it was about have changed since. */
  readonly isOutdated: boolean;
  /** Of the first comment of a thread. */
  readonly resolved: { readonly at: Date; readonly by: ForgeUser } | null;
}

/** Lines that a comment is about; a null `line` is the whole file. */
export interface NewCommentPlace {
  readonly path: string;
  readonly startLine: number | null;
  readonly line: number | null;
  readonly side: "new" | "old";
}

export interface ForgeCommit {
  readonly sha: string;
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly committedAt: Date;
}

/** How a pull request would end now, or has ended. */
export interface ForgeOutlook {
  /** Files in which its head conflicts with its base. */
  readonly conflictsIn: readonly string[];
  readonly ended: { readonly at: Date; readonly by: ForgeUser | null } | null;
}
