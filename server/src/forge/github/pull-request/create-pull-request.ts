import { AppError } from "../../../core/base/index.ts";
import type { ForgePullRequest, NewForgePullRequest, RepositoryRef } from "../../../core/forges/index.ts";
import { retry } from "../../../runtime/retry.ts";
import type { GithubClient } from "../api/client.ts";
import { refusalWords, statusOf } from "../api/refusal.ts";
import { pullRequest } from "../read/pull-request.ts";
import { readAnswer } from "../read/read.ts";
import { named } from "../repository/named.ts";
import { findPullRequest } from "./find-pull-request.ts";

/**
 * Maximum number of attempts to find an existing pull request. GitHub can reject a duplicate before its list contains the existing pull
 * request.
 */
const findTries = 4;
const findPauseMs = 500;

/**
 * Finds or creates the pull request. Returns null if there are no commits between the branches. GitHub responds with status 422 in three
 * cases, which only the message distinguishes: the pull request already exists, a branch is missing, or there are no commits. If the
 * repository does not support drafts, creates a regular pull request. Throws `forge_failed` if a branch is missing.
 */
export async function createPullRequest(
  client: GithubClient,
  ref: RepositoryRef,
  input: NewForgePullRequest,
): Promise<ForgePullRequest | null> {
  const found = await findPullRequest(client, ref, input);
  if (found !== null) return found;
  const { title, body, head, base, isDraft } = input;
  try {
    const what = `open the pull request from "${head}" to "${base}" in ${named(ref)}`;
    const { data } = await client.askIn(ref, what, (request, path) =>
      request("POST /repos/{owner}/{repo}/pulls", { ...path, title, body, head, base, draft: isDraft }),
    );
    return readAnswer(pullRequest, data);
  } catch (error) {
    if (statusOf(error) !== 422) throw error;
    const words = refusalWords(error);
    if (/no commits between/i.test(words)) return null;
    if (/already exists/i.test(words)) return getCreated(client, ref, input, error);
    if (isDraft && /draft pull requests are not supported/i.test(words)) {
      return createPullRequest(client, ref, { ...input, isDraft: false });
    }
    const missing = /\b(head|base) is invalid/.exec(words)?.[1];
    if (missing === undefined) throw error;
    const branch = missing === "head" ? head : base;
    const sentence = `The branch "${branch}" does not exist in ${named(ref)}. Push it first, or choose another branch.`;
    throw new AppError("forge_failed", sentence, { cause: error });
  }
}

async function getCreated(
  client: GithubClient,
  ref: RepositoryRef,
  input: NewForgePullRequest,
  error: unknown,
): Promise<ForgePullRequest> {
  const made = await retry(() => findPullRequest(client, ref, input), {
    afterResult: (found, { number }) => (found === null && number < findTries ? findPauseMs : null),
  });
  if (made === null) throw error;
  return made;
}
