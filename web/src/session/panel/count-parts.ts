import type { Session } from "@tembo-io/sdk";

/** Returns the number of the session's pull requests and of its other artifacts. Pure. */
export function countParts({ artifacts }: Pick<Session, "artifacts">) {
  const pulls = artifacts.reduce((sum, { pullRequests }) => sum + pullRequests.length, 0);
  return { pulls, artifacts: artifacts.filter(({ type }) => type !== "PullRequest").length };
}
