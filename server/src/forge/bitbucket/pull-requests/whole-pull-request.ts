import type { z } from "zod";
import type { ForgePullRequest, RepositoryRef } from "../../../core/forges/index.ts";
import { type BitbucketClient, repositoryPath } from "../bitbucket-client.ts";
import { readPullRequest } from "../reading.ts";
import { commit, type pullRequest as pullShape } from "../shapes.ts";

/** Returns the pull request with the full hash of its head. Bitbucket abbreviates it and returns the full one on request. */
export async function wholePullRequest(
  client: BitbucketClient,
  repository: RepositoryRef,
  pull: z.output<typeof pullShape>,
  request: { readonly what: string; readonly signal?: AbortSignal },
): Promise<ForgePullRequest> {
  const read = readPullRequest(pull);
  if (read.headSha === "" || read.headSha.length >= 40) return read;
  const path = `${repositoryPath(repository)}/commit/${read.headSha}`;
  // The commits of a deleted fork no longer exist.
  const found = await client.find(commit, { ...request, path, query: { fields: "hash" } });
  return found === null ? read : { ...read, headSha: found.hash };
}
