import type { z } from "zod";
import type { ForgePullRequest, RepositoryRef } from "../../../core/forges/index.ts";
import { type BitbucketClient, repositoryPath } from "../bitbucket-client.ts";
import { readPullRequest } from "../reading.ts";
import { commit, type pullRequest as pullShape } from "../shapes.ts";

/**
 * Returns the pull request with the complete hash of its head, which requires a separate request because Bitbucket abbreviates the hash. If
 * the commit no longer exists, the pull request contains the abbreviated hash.
 */
export async function wholePullRequest(
  client: BitbucketClient,
  repository: RepositoryRef,
  pull: z.output<typeof pullShape>,
  request: { readonly what: string; readonly signal?: AbortSignal },
): Promise<ForgePullRequest> {
  const read = readPullRequest(pull);
  if (read.headSha === "" || read.headSha.length >= 40) return read;
  const path = `${repositoryPath(repository)}/commit/${read.headSha}`;
  // Deleting a fork also deletes its commits.
  const found = await client.find(commit, { ...request, path, query: { fields: "hash" } });
  return found === null ? read : { ...read, headSha: found.hash };
}
