import { AppError, asSentence } from "../../../core/base/index.ts";
import type { MergeMethod, RepositoryRef } from "../../../core/forges/index.ts";
import type { GithubClient } from "../api/client.ts";
import { refusalWords, statusOf } from "../api/refusal.ts";
import { pullRequest, pullRequestDetails } from "../read/pull-request.ts";
import { readAnswer } from "../read/read.ts";
import { named } from "../repository/named.ts";
import { askPullRequest } from "./find-pull-request.ts";

/**
 * Merges the pull request only if its head is `headSha`. GitHub responds with 409 if the head has moved, and with 405 for conflicts, rules and
 * disallowed merge methods. Throws `conflict` in these cases, unless the pull request is already merged.
 */
export async function mergePullRequest(
  client: GithubClient,
  ref: RepositoryRef,
  number: number,
  { method, headSha }: { readonly method: MergeMethod; readonly headSha: string },
): Promise<{ readonly sha: string | null }> {
  try {
    const { data } = await client.askIn(
      ref,
      `merge pull request ${number} of ${named(ref)}`,
      (request, path) =>
        request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", {
          ...path,
          pull_number: number,
          merge_method: method,
          sha: headSha,
        }),
    );
    return { sha: data.sha };
  } catch (error) {
    const status = statusOf(error);
    if (status !== 405 && status !== 409) throw error;
    const { data } = await askPullRequest(client, ref, number);
    if (readAnswer(pullRequest, data).status === "merged") {
      return { sha: readAnswer(pullRequestDetails, data).mergeCommitSha };
    }
    const why =
      status === 409
        ? "its head has moved. Review the new commits, then merge again."
        : "it conflicts with its base, a rule blocks it, or the merge method is not allowed.";
    const words = asSentence(refusalWords(error).slice(0, 300));
    const quote = words === "" ? "" : ` GitHub's message: ${words}`;
    const sentence = `GitHub cannot merge pull request ${number} of ${named(ref)}: ${why}${quote}`;
    throw new AppError("conflict", sentence, { cause: error });
  }
}
