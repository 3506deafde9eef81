import { z } from "zod";
import type { ForgePullRequest, RepositoryRef } from "../../../core/forges/index.ts";
import { apiUserSchema, toUser } from "../access/user.ts";
import { projectOf } from "../client/gitlab-client.ts";
import { apiPath } from "../client/gitlab-request.ts";

/** Label name, or an object if the request includes label details. */
const labelSchema = z.union([
  z.string(),
  z.object({ name: z.string().nullish() }).transform(({ name }) => name ?? ""),
]);

/** Fields of a merge request in API responses that the adapter reads. */
export const apiMergeRequestSchema = z.object({
  id: z.number().int(),
  iid: z.number().int(),
  title: z.string(),
  description: z.string().nullish(),
  state: z.string(),
  draft: z.boolean().nullish(),
  work_in_progress: z.boolean().nullish(),
  source_branch: z.string(),
  target_branch: z.string(),
  /** Project of the source branch, or null if the fork was deleted. */
  source_project_id: z.number().int().nullish(),
  target_project_id: z.number().int(),
  sha: z.string().nullish(),
  author: apiUserSchema.nullish(),
  reviewers: z.array(apiUserSchema).nullish(),
  labels: z.array(labelSchema).nullish(),
  detailed_merge_status: z.string().nullish(),
  merged_at: z.string().nullish(),
  created_at: z.string(),
  updated_at: z.string(),
  web_url: z.string(),
});

export type GitlabMergeRequest = z.infer<typeof apiMergeRequestSchema>;

export const mergeRequestPath = (repository: RepositoryRef, number: number): string =>
  apiPath`projects/${projectOf(repository)}/merge_requests/${number}`;

export function toPullRequest(found: GitlabMergeRequest): ForgePullRequest {
  return {
    number: found.iid,
    externalId: String(found.id),
    url: found.web_url,
    title: titleWithoutDraft(found.title),
    body: found.description ?? "",
    status: toStatus(found.state),
    isDraft: found.draft ?? found.work_in_progress ?? isDraftTitle(found.title),
    head: found.source_branch,
    base: found.target_branch,
    headSha: found.sha ?? "",
    isFromFork: found.source_project_id !== found.target_project_id,
    author: found.author ? toUser(found.author) : null,
    reviewRequests: { users: found.reviewers?.map(toUser) ?? null, keepsReviewed: true },
    labels: found.labels ?? [],
    mergeability: toMergeability(found.detailed_merge_status ?? undefined),
    mergedAt: found.merged_at ? new Date(found.merged_at) : null,
    createdAt: new Date(found.created_at),
    updatedAt: new Date(found.updated_at),
  };
}

/** Converts a state. `locked` counts as open, because it means that the merge is in progress. */
export function toStatus(state: string): ForgePullRequest["status"] {
  return state === "merged" || state === "closed" ? state : "open";
}

const draftMark = /^\s*(\[draft\]|\(draft\)|draft:)\s*/i;

export const isDraftTitle = (title: string) => draftMark.test(title);

export function titleWithoutDraft(title: string): string {
  let rest = title;
  while (draftMark.test(rest)) rest = rest.replace(draftMark, "");
  return rest;
}

export const titleWithDraft = (title: string, isDraft: boolean) =>
  `${isDraft ? "Draft: " : ""}${titleWithoutDraft(title)}`;

/** Converts `detailed_merge_status`. Source: "Merge requests API: Merge status". */
export function toMergeability(detailed: string | undefined): ForgePullRequest["mergeability"] {
  if (detailed === undefined || stillChecking.has(detailed)) return "unknown";
  if (detailed === "mergeable") return "mergeable";
  return detailed === "conflict" || detailed === "broken_status" ? "conflicting" : "blocked";
}

export const stillChecking: ReadonlySet<string> = new Set([
  "unchecked",
  "checking",
  "preparing",
  "approvals_syncing",
]);
