import { z } from "zod";
import type { ForgePullRequest } from "../../../core/forges/index.ts";
import { type GitlabUser, toUser } from "../access/user.ts";
import { isDraftTitle, titleWithoutDraft, toMergeability, toStatus } from "../pull-requests/merge-request.ts";
import { idSchema, labelsSchema, optionalText, text, time } from "./payload.ts";

/** Merge request in a webhook. It is the main object of merge request events, and a field in note events. */
export const mergeRequestSchema = z.object({
  id: idSchema,
  iid: idSchema,
  title: text,
  description: optionalText,
  state: text,
  draft: z.boolean().nullish(),
  work_in_progress: z.boolean().nullish(),
  source_branch: text,
  target_branch: text,
  source_project_id: idSchema.nullable(),
  target_project_id: idSchema,
  author_id: idSchema.nullish(),
  last_commit: z.object({ id: text }).nullish(),
  detailed_merge_status: optionalText,
  labels: labelsSchema,
  url: optionalText,
  created_at: time,
  updated_at: time,
});

/** Converts a merge request. Webhooks contain only the author's ID, so the author is known only if the author triggered the event. */
export function pullRequestOf(
  body: z.infer<typeof mergeRequestSchema>,
  project: { readonly url: string },
  actor: GitlabUser | null,
  reviewers: readonly GitlabUser[] | null = null,
): ForgePullRequest {
  const status = toStatus(body.state);
  return {
    number: body.iid,
    externalId: String(body.id),
    url: body.url ?? `${project.url}/-/merge_requests/${body.iid}`,
    title: titleWithoutDraft(body.title),
    body: body.description ?? "",
    status,
    isDraft: body.draft ?? body.work_in_progress ?? isDraftTitle(body.title),
    head: body.source_branch,
    base: body.target_branch,
    headSha: body.last_commit?.id ?? "",
    isFromFork: body.source_project_id !== body.target_project_id,
    author: actor !== null && actor.id === body.author_id ? toUser(actor) : null,
    reviewRequests: { users: reviewers?.map(toUser) ?? null, keepsReviewed: true },
    labels: body.labels,
    mergeability: toMergeability(body.detailed_merge_status ?? undefined),
    mergedAt: status === "merged" ? body.updated_at : null,
    createdAt: body.created_at,
    updatedAt: body.updated_at,
  };
}
