import type { MergePullRequestOption } from "gitea-js";
import { z } from "zod";
import { AppError, asSentence, reason } from "../../core/base/index.ts";
import type { MergeMethod, RepositoryRef } from "../../core/forges/index.ts";
import { retry } from "../../runtime/retry.ts";
import { type GiteaClient, nameOf, repositoryPath } from "./gitea-client.ts";
import { readPullRequest } from "./reading.ts";
import { pullRequest as pullShape } from "./shapes.ts";

const tries = 4;
const betweenMs = 700;

const refusal = z.object({ message: z.string() });

type Outcome =
  | { readonly sha: string | null }
  /** Failed attempt. `waitMs` is the delay before the next attempt, or null if another attempt would also fail. */
  | { readonly failure: AppError; readonly waitMs: number | null };

/**
 * Merges the pull request if its head is still `headSha`. Throws `conflict` if the pull request cannot be merged, or `forge_failed` if Gitea
 * accepts the merge but does not complete it in time.
 */
export async function mergeGiteaPullRequest(
  client: GiteaClient,
  repository: RepositoryRef,
  number: number,
  { method, headSha }: { readonly method: MergeMethod; readonly headSha: string },
): Promise<{ readonly sha: string | null }> {
  const path = `${repositoryPath(repository)}/pulls/${number}`;
  const what = `merge pull request ${number} of ${nameOf(repository)}`;
  const refused = (why: string) => new AppError("conflict", `Gitea could not ${what}: ${why}`);
  const body = { Do: method, head_commit_id: headSha } satisfies MergePullRequestOption;

  const attemptMerge = async (): Promise<Outcome> => {
    const pull = await client.read(pullShape, { path, what });
    const { status, isDraft, headSha: head, base, mergeability } = readPullRequest(pull, true);
    if (status === "merged") return { sha: pull.merge_commit_sha ?? null };
    if (status === "closed") throw refused("it is closed. Reopen it first.");
    if (isDraft) throw refused("it is a draft. Mark it as ready first.");
    if (head !== headSha) {
      throw refused(`its head has moved to ${head.slice(0, 12)}. Review the new commits first.`);
    }
    const request = { method: "POST", path: `${path}/merge`, body, what, answers: [405, 409] } as const;
    const answer = await client.send(request);
    const isMerged = answer.status < 300;
    if (isMerged) {
      const sentence = `Gitea accepted the request to ${what}, but does not show it as merged. Check again later.`;
      return { failure: new AppError("forge_failed", sentence), waitMs: 0 };
    }
    if (mergeability === "conflicting") {
      const failure = refused(
        `it conflicts with "${base}". Merge "${base}" into it and resolve the conflicts.`,
      );
      // Gitea also responds with 405 while it is still checking mergeability.
      return { failure, waitMs: answer.status === 405 ? betweenMs : null };
    }
    const words = reason(refusal.safeParse(answer.body).data?.message ?? "").slice(0, 300);
    throw refused(
      `a repository rule or a new head commit blocks the merge.${words === "" ? "" : ` Gitea's message: ${asSentence(words)}`}`,
    );
  };
  const outcome = await retry(attemptMerge, {
    wait: client.wait,
    afterResult: (result, attempt) => ("failure" in result && attempt.number < tries ? result.waitMs : null),
  });
  if ("failure" in outcome) throw outcome.failure;
  return outcome;
}
