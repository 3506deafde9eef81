import type { ForgeComment } from "./forge-comment.ts";
import type { ForgeUser } from "./forge-user.ts";

/** A comment on a pull request, with its position in the current head. */
export interface ReviewComment extends ForgeComment {
  /** First of several lines of an inline comment, or null for a single line. */
  readonly startLine: number | null;
  /** True if the commented lines have changed since the comment. */
  readonly isOutdated: boolean;
  /** Time and user of the thread's resolution, or null. Only the thread's first comment contains it. */
  readonly resolved: { readonly at: Date; readonly by: ForgeUser } | null;
}

/** Lines to comment on. A null `line` means the whole file. */
export interface NewCommentPlace {
  readonly path: string;
  readonly startLine: number | null;
  readonly line: number | null;
  readonly side: "new" | "old";
}

export interface NewForgeReview {
  readonly state: "approved" | "changesRequested" | "commented";
  readonly body: string;
  /** The commit that the reviewer saw, or null to review the current head. */
  readonly headSha: string | null;
}

export interface ForgeCommit {
  readonly sha: string;
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly committedAt: Date;
}

/** The result that a merge would currently have, or how the pull request ended. */
export interface ForgeOutlook {
  /** Files in which the head conflicts with the base. */
  readonly conflictsIn: readonly string[];
  readonly ended: { readonly at: Date; readonly by: ForgeUser | null } | null;
}
