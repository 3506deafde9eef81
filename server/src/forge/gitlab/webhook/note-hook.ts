import { z } from "zod";
import type { ForgeEvent, ForgeThread } from "../../../core/forges/index.ts";
import { toUser } from "../access/user.ts";
import { toComment } from "../conversations/note.ts";
import {
  idSchema,
  optionalText,
  positionSchema,
  projectSchema,
  repositoryOf,
  text,
  time,
  userSchema,
} from "./payload.ts";

const schema = z.object({
  user: userSchema,
  project: projectSchema,
  event_type: optionalText,
  object_attributes: z.object({
    id: idSchema,
    note: text,
    noteable_type: text,
    type: optionalText,
    author_id: idSchema.nullish(),
    discussion_id: optionalText,
    position: positionSchema,
    system: z.boolean().nullish(),
    internal: z.boolean().nullish(),
    action: optionalText,
    url: text,
    created_at: time,
    updated_at: time,
  }),
  merge_request: z.object({ iid: idSchema }).nullish(),
  issue: z.object({ iid: idSchema, confidential: z.boolean().nullish() }).nullish(),
});

/**
 * Parses a comment event. Returns new comments by users on merge requests and issues. Ignores comments on commits and snippets. Also
 * ignores internal and confidential comments, because more users could read a reply. Versions before 16 send no action, but report only new
 * comments. Source: "Webhook events: Comment events".
 */
export function readNoteHook(body: unknown): readonly ForgeEvent[] {
  const { user, project, event_type, object_attributes: note, merge_request, issue } = schema.parse(body);
  const thread = threadOf(note.noteable_type, merge_request?.iid, issue?.iid);
  const isHidden =
    note.internal === true || issue?.confidential === true || event_type === "confidential_note";
  if (thread === null || isHidden || note.system === true || (note.action ?? "create") !== "create")
    return [];
  const comment = toComment(
    {
      id: note.id,
      type: note.type ?? null,
      body: note.note,
      author: user,
      position: note.position ?? null,
      created_at: note.created_at.toISOString(),
      updated_at: note.updated_at.toISOString(),
    },
    note.discussion_id ?? null,
    note.url,
  );
  const about = { repository: repositoryOf(project), actor: toUser(user), at: note.created_at };
  return [{ ...about, type: "comment.created", thread, comment }];
}

function threadOf(
  noteable: string,
  mergeRequest: number | undefined,
  issue: number | undefined,
): ForgeThread | null {
  if (noteable === "MergeRequest" && mergeRequest !== undefined) {
    return { kind: "pullRequest", number: mergeRequest };
  }
  return noteable === "Issue" && issue !== undefined ? { kind: "issue", number: issue } : null;
}
