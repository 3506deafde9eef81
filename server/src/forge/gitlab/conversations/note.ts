import { z } from "zod";
import type { CommentPlace, ForgeComment } from "../../../core/forges/index.ts";
import { apiUserSchema, toUser } from "../access/user.ts";
import { positionSchema } from "../webhook/payload.ts";

/** Fields of a note in API responses that the adapter reads. Webhooks have the same fields. */
export const noteSchema = z.object({
  id: z.number().int(),
  type: z.string().nullish(),
  body: z.string(),
  author: apiUserSchema,
  system: z.boolean().nullish(),
  position: positionSchema,
  created_at: z.string(),
  updated_at: z.string(),
});

export type GitlabNote = z.infer<typeof noteSchema>;

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

/**
 * Converts a position, or returns null if the comment is not inline. For an unchanged line, GitLab returns both line numbers, and this
 * function uses the new line number.
 */
function toPlace({ type, position }: GitlabNote): CommentPlace | null {
  if (type !== "DiffNote" || !position) return null;
  const { new_path, old_path, new_line, old_line } = position;
  const side = new_line == null && old_line != null ? "old" : "new";
  const path = (side === "old" ? old_path : new_path) ?? new_path ?? old_path;
  return path ? { path, line: new_line ?? old_line ?? null, side, diffHunk: null } : null;
}
