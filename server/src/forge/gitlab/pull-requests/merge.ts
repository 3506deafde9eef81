import { z } from "zod";
import { AppError, withReason } from "../../../core/base/index.ts";
import type { MergeMethod, RepositoryRef } from "../../../core/forges/index.ts";
import { retry } from "../../../runtime/retry.ts";
import type { GitlabClient } from "../client/gitlab-client.ts";
import { GitlabRefusal, quote } from "../client/gitlab-refusal.ts";
import { apiMergeRequestSchema, mergeRequestPath, stillChecking } from "./merge-request.ts";

/** Limits for polling, because GitLab checks mergeability and rebases in the background. */
const checks = { most: 10, pauseMs: 500 };
const rebaseChecks = { most: 60, pauseMs: 500 };

const mergedSchema = z.object({
  sha: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  squash_commit_sha: z.string().nullish(),
});
const currentSchema = apiMergeRequestSchema.extend({
  ...mergedSchema.shape,
  rebase_in_progress: z.boolean().nullish(),
  merge_error: z.string().nullish(),
});

type Current = z.infer<typeof currentSchema>;

/**
 * Merges a pull request. The project's settings determine whether GitLab creates a merge commit. With the method `rebase`, rebases first if
 * the project requires it, and then merges the result. Throws `conflict` if the merge request cannot be merged.
 */
export async function mergePullRequest(
  client: GitlabClient,
  repository: RepositoryRef,
  number: number,
  { method, headSha }: { readonly method: MergeMethod; readonly headSha: string },
): Promise<{ readonly sha: string | null }> {
  let current = await checked(client, repository, number);
  if (current.state === "merged") return { sha: shaOf(current) };
  if (current.state === "closed") throw conflict(number, "it is closed. Reopen it first.");
  if (current.sha !== headSha) {
    throw conflict(
      number,
      `its head has moved from ${headSha} to ${current.sha}. Review the new commits, then merge.`,
    );
  }
  if (method === "rebase" && current.detailed_merge_status === "need_rebase") {
    current = await rebase(client, repository, number);
  }
  const because = reasons[current.detailed_merge_status ?? ""];
  if (because !== undefined) throw conflict(number, because);
  try {
    const merged = await client.read(mergedSchema, {
      method: "PUT",
      path: `${mergeRequestPath(repository, number)}/merge`,
      body: { sha: current.sha ?? headSha, squash: method === "squash" },
    });
    return { sha: shaOf(merged) };
  } catch (error) {
    return afterRefusal(client, repository, number, error);
  }
}

async function show(client: GitlabClient, repository: RepositoryRef, number: number): Promise<Current> {
  const query = { include_rebase_in_progress: true };
  return client.read(currentSchema, { path: mergeRequestPath(repository, number), query });
}

/**
 * Polls until GitLab has determined the merge status. If the status is still unknown at the limit, the merge itself reports any problem.
 */
async function checked(client: GitlabClient, repository: RepositoryRef, number: number): Promise<Current> {
  return retry(() => show(client, repository, number), {
    afterResult: ({ state, detailed_merge_status }, attempt) => {
      const isOpen = state === "opened" || state === "locked";
      const isChecking = isOpen && stillChecking.has(detailed_merge_status ?? "");
      return isChecking && attempt.number < checks.most ? checks.pauseMs : null;
    },
  });
}

async function rebase(client: GitlabClient, repository: RepositoryRef, number: number): Promise<Current> {
  await client.send({ method: "PUT", path: `${mergeRequestPath(repository, number)}/rebase`, body: {} });
  const current = await retry(() => show(client, repository, number), {
    afterResult: ({ merge_error, rebase_in_progress }, attempt) => {
      const isRebasing = !merge_error && rebase_in_progress === true;
      return isRebasing && attempt.number < rebaseChecks.most ? rebaseChecks.pauseMs : null;
    },
  });
  if (current.merge_error) throw conflict(number, withReason("it cannot be rebased", current.merge_error));
  if (current.rebase_in_progress === true)
    throw conflict(number, "GitLab is still rebasing it. Merge it when the rebase is complete.");
  return checked(client, repository, number);
}

/**
 * Returns the commit if the merge request is now merged, otherwise throws the converted merge error. Statuses 400, 405 and 422 mean that a
 * rule or conflict blocks the merge. Status 406 means that the merge failed, 409 that the head has moved and 401 that the account cannot push
 * to the base branch.
 */
async function afterRefusal(
  client: GitlabClient,
  repository: RepositoryRef,
  number: number,
  error: unknown,
): Promise<{ readonly sha: string | null }> {
  if (!(error instanceof GitlabRefusal)) throw error;
  if (error.status === 401)
    throw new AppError(
      "forge_unauthorized",
      `Pull request ${number} cannot be merged: the integration's account cannot push to the base branch. Give the account permission to push and merge there, or merge the pull request on GitLab.`,
      { cause: error },
    );
  if (error.status === 409)
    throw conflict(number, `its head has moved. Review the new commits, then merge.${quote(error.words)}`);
  if (![400, 405, 406, 422].includes(error.status)) throw error;
  const now = await show(client, repository, number);
  if (now.state === "merged") return { sha: shaOf(now) };
  const status = now.detailed_merge_status ?? "";
  throw conflict(
    number,
    reasons[status] ??
      `GitLab rejected the merge (${status || `status ${error.status}`}).${quote(error.words)}`,
  );
}

const shaOf = (merged: z.infer<typeof mergedSchema>) =>
  merged.merge_commit_sha ?? merged.squash_commit_sha ?? merged.sha ?? null;

const conflict = (number: number, because: string) =>
  new AppError("conflict", `Pull request ${number} cannot be merged: ${because}`);

/** Message parts for values of `detailed_merge_status` that do not change until a user acts. */
const reasons: Readonly<Record<string, string>> = {
  conflict: "it conflicts with its base branch. Merge the base branch into it first.",
  need_rebase: 'the project requires a rebase first. Merge it with the method "rebase".',
  draft_status: "it is a draft. Mark it as ready first.",
  discussions_not_resolved: "it has unresolved threads. Resolve them first.",
  ci_must_pass: "its pipeline must pass first.",
  ci_still_running: "its pipeline is still running. Merge it when the pipeline has succeeded.",
  not_approved: "it requires an approval first.",
  requested_changes:
    "a reviewer has requested changes. Make the changes, then ask the reviewer to approve them.",
  merge_request_blocked: "another merge request must be merged first.",
  status_checks_must_pass: "its status checks must pass first.",
  external_status_checks: "its status checks must pass first.",
  broken_status: "GitLab cannot compare its branches. Check that both branches exist.",
};
