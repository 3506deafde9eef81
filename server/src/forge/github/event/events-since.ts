import type { ForgeEvent, RepositoryRef } from "../../../core/forges/index.ts";
import type { GithubClient } from "../api/client.ts";
import { readAnswer } from "../read/read.ts";
import { repository as repositoryReader } from "../read/repository.ts";
import { named } from "../repository/named.ts";
import { commentsSince } from "./comments-since.ts";
import { issuesSince } from "./issues-since.ts";
import type { Poll } from "./poll.ts";
import { pullRequestsSince } from "./pull-requests-since.ts";
import { workflowRunsSince } from "./workflow-runs-since.ts";

/**
 * Returns the events since a point in time, oldest first. Requests each list separately, and the reviews of the most recently changed pull
 * requests. Reports only workflow runs as checks, because other checks would require one request per commit.
 */
export async function eventsSince(
  client: GithubClient,
  ref: RepositoryRef,
  since: Date,
  signal: AbortSignal,
): Promise<readonly ForgeEvent[]> {
  const { data } = await client.askIn(ref, `find ${named(ref)}`, (request, path) =>
    request("GET /repos/{owner}/{repo}", { ...path, request: { signal } }),
  );
  const { externalId, owner, name, url } = readAnswer(repositoryReader, data).repository;
  const poll: Poll = { client, ref, repository: { externalId, owner, name, url }, since, signal };
  const events = [
    ...(await pullRequestsSince(poll)),
    ...(await issuesSince(poll)),
    ...(await commentsSince(poll)),
    ...(await workflowRunsSince(poll)),
  ];
  return events.sort((a, b) => a.at.getTime() - b.at.getTime());
}
