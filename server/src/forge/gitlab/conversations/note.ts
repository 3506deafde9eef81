import type { CommentPlace, ForgeComment } from "../../../core/forges/index.ts";
import { type GitlabUser, toUser } from "../access/user.ts";

/** What is read of a note, in GitLab's API and its webhooks. */
export interface GitlabNote {
  readonly id: number;
  readonly type?: string | null;
  readonly body: string;
  readonly author: GitlabUser;
  readonly system?: boolean;
  readonly internal?: boolean;
  readonly position?: GitlabPosition | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface GitlabPosition {
  readonly old_path?: string | null | undefined;
  readonly new_path?: string | null | undefined;
  readonly old_line?: number | null | undefined;
  readonly new_line?: number | null | undefined;
}

export function toComment(note: GitlabNote, threadId: string | null, url: string): ForgeComment {
  const place = toPlace(note);
  return {
    id: String(note.id),
    kind: place === null ? "comment" : "inline",
    author: toUser(note.author),
    body: note.body,
    url,
    place,
    threadId,
    reviewId: null,
    createdAt: new Date(note.created_at),
    updatedAt: new Date(note.updated_at),
  };
}

/** A line that the change leaves as it is has both numbers: it is shown by its new one. */
function toPlace({ type, position }: GitlabNote): CommentPlace | null {
  if (type !== "DiffNote" || !position) return null;
  const { new_path, old_path, new_line, old_line } = position;
  const side = new_line == null && old_line != null ? "old" : "new";
  const path = (side === "old" ? old_path : new_path) ?? new_path ?? old_path;
  return path ? { path, line: new_line ?? old_line ?? null, side, diffHunk: null } : null;
}
