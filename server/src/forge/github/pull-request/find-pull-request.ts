import { z } from "zod";
import type { ForgePullRequest, RepositoryRef } from "../../../core/forges/index.ts";
import type { GithubClient } from "../api/client.ts";
import { absentAsNull } from "../api/refusal.ts";
import { pullRequest } from "../read/pull-request.ts";
import { readAnswer } from "../read/read.ts";
import { named } from "../repository/named.ts";

/** Returns the open pull request from the repository's own branch `head` to `base`, or null if there is none. */
export async function findPullRequest(
  client: GithubClient,
  ref: RepositoryRef,
  { head, base }: { readonly head: string; readonly base: string },
): Promise<ForgePullRequest | null> {
  const what = `look for the pull request of "${head}" in ${named(ref)}`;
  const { data } = await client.askIn(ref, what, (request, path) =>
    request("GET /repos/{owner}/{repo}/pulls", {
      ...path,
      state: "open",
      head: `${path.owner}:${head}`,
      base,
      per_page: 10,
    }),
  );
  // GitHub ignores a filter that it cannot parse, so the response is filtered again.
  const open = readAnswer(z.array(pullRequest), data);
  return open.find((one) => one.head === head && one.base === base && !one.isFromFork) ?? null;
}

export async function findPullRequestByNumber(
  client: GithubClient,
  ref: RepositoryRef,
  number: number,
): Promise<ForgePullRequest | null> {
  const answer = await absentAsNull(askPullRequest(client, ref, number));
  return answer === null ? null : readAnswer(pullRequest, answer.data);
}

/** Requests a pull request and returns the API's response, which contains details that only this adapter needs. */
export function askPullRequest(client: GithubClient, ref: RepositoryRef, number: number) {
  return client.askIn(ref, `find pull request ${number} of ${named(ref)}`, (request, path) =>
    request("GET /repos/{owner}/{repo}/pulls/{pull_number}", { ...path, pull_number: number }),
  );
}
