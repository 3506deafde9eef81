import type { ForgePullRequest } from "../../../core/forges/index.ts";
import { type GitlabUser, toUser } from "../access/user.ts";

/** What is read of a merge request of GitLab's API. */
export interface GitlabMergeRequest {
  readonly id: number;
  readonly iid: number;
  readonly title: string;
  readonly description?: string | null;
  readonly state: string;
  readonly draft?: boolean;
  readonly work_in_progress?: boolean;
  readonly source_branch: string;
  readonly target_branch: string;
  readonly source_project_id: number | null;
  readonly target_project_id: number;
  readonly sha: string | null;
  readonly author?: GitlabUser | null;
  readonly reviewers?: readonly GitlabUser[] | null;
  readonly labels?: readonly unknown[];
  readonly detailed_merge_status?: string;
  readonly merged_at?: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly web_url: string;
}

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
    labels: (found.labels ?? []).map(labelName),
    mergeability: toMergeability(found.detailed_merge_status),
    mergedAt: found.merged_at ? new Date(found.merged_at) : null,
    createdAt: new Date(found.created_at),
    updatedAt: new Date(found.updated_at),
  };
}

/** `locked` is open: it is being merged at this moment. */
export function toStatus(state: string): ForgePullRequest["status"] {
  return state === "merged" || state === "closed" ? state : "open";
}

const draftMark = /^\s*(\[draft\]|\(draft\)|draft:)\s*/i;

/** GitLab keeps "is a draft" in the title. */
export const isDraftTitle = (title: string) => draftMark.test(title);

export function titleWithoutDraft(title: string): string {
  let rest = title;
  while (draftMark.test(rest)) rest = rest.replace(draftMark, "");
  return rest;
}

export const titleWithDraft = (title: string, isDraft: boolean) =>
  `${isDraft ? "Draft: " : ""}${titleWithoutDraft(title)}`;

/** Of `detailed_merge_status`, as "Merge requests API: Merge status" lists them. */
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

const labelName = (label: unknown): string =>
  typeof label === "string" ? label : String((label as { name?: unknown; title?: unknown }).name ?? "");
