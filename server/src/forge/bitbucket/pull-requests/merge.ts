import type { z } from "zod";
import { AppError, reason } from "../../../core/base/index.ts";
import type { MergeMethod, RepositoryRef } from "../../../core/forges/index.ts";
import { retry } from "../../../runtime/retry.ts";
import { type BitbucketClient, nameOf, repositoryPath } from "../bitbucket-client.ts";
import type { Merge } from "../requests.ts";
import { pullRequest as pullShape } from "../shapes.ts";
import { wholePullRequest } from "./whole-pull-request.ts";

type Pull = z.output<typeof pullShape>;
type Strategy = NonNullable<NonNullable<Merge>["merge_strategy"]>;

const polls = 20;
const betweenMs = 1_000;

/**
 * Bitbucket's merge strategies for each merge method, in order of preference. The adapter uses the first strategy that the repository
 * allows. If the repository lists no strategies, the adapter uses the first strategy.
 */
const strategies: Readonly<Record<MergeMethod, readonly Strategy[]>> = {
  merge: ["merge_commit"],
  squash: ["squash", "squash_fast_forward"],
  rebase: ["fast_forward", "rebase_fast_forward", "rebase_merge"],
};

/**
 * Merges a pull request. Compares the head first, because Bitbucket's merge endpoint has no parameter for the expected head. Succeeds if the
 * pull request is already merged. Throws `conflict` if it cannot be merged, or `forge_failed` if Bitbucket does not complete the merge in
 * time.
 */
export async function mergeBitbucketPullRequest(
  client: BitbucketClient,
  repository: RepositoryRef,
  number: number,
  { method, headSha }: { readonly method: MergeMethod; readonly headSha: string },
): Promise<{ readonly sha: string | null }> {
  const path = `${repositoryPath(repository)}/pullrequests/${number}`;
  const what = `merge pull request ${number} of ${nameOf(repository)}`;
  const refused = (why: string) => new AppError("conflict", `Bitbucket could not ${what}: ${why}`);

  const pull = await client.read(pullShape, { path, what });
  const { status, isDraft, headSha: head, base } = await wholePullRequest(client, repository, pull, { what });
  if (status === "merged") return { sha: pull.merge_commit?.hash ?? null };
  if (status === "closed") throw refused("it was declined or superseded. Open a new pull request.");
  if (isDraft) throw refused("it is a draft. Mark it as ready first.");
  if (head !== headSha)
    throw refused(`its head has moved to ${head.slice(0, 12)}. Review the new commits first.`);
  const strategy = strategyFor(method, pull);
  if (strategy === null) throw refused(`"${base}" does not allow the method "${method}". Choose another.`);
  const body = {
    type: "pullrequest_merge_parameters",
    merge_strategy: strategy,
    close_source_branch: false,
  } satisfies Merge;
  const answers = [400, 409, 555];
  const answer = await client.send({ method: "POST", path: `${path}/merge`, body, what, answers });
  if (answer.status === 400 || answer.status === 409) {
    const words = reason(JSON.stringify(answer.body ?? "")).slice(0, 300);
    throw refused(
      `it conflicts with "${base}", or a rule blocks the merge. Resolve the conflicts or meet the rule, then merge again. Bitbucket's message: ${words}`,
    );
  }
  // Statuses 202 and 555 mean that the merge takes longer than Bitbucket's request timeout.
  const now = await retry(() => client.read(pullShape, { path, what }), {
    wait: client.wait,
    afterResult: ({ state }, attempt) => (state !== "MERGED" && attempt.number < polls ? betweenMs : null),
  });
  if (now.state === "MERGED") return { sha: now.merge_commit?.hash ?? null };
  throw new AppError(
    "forge_failed",
    `Bitbucket could not ${what} in time, but may still do it. Check again later.`,
  );
}

function strategyFor(method: MergeMethod, pull: Pull): Strategy | null {
  const allowed = pull.destination.branch.merge_strategies;
  const [first, ...others] = strategies[method];
  if (!allowed) return first ?? null;
  return [first!, ...others].find((one) => allowed.includes(one)) ?? null;
}
