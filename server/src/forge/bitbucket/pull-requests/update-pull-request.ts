import { z } from "zod";
import { AppError } from "../../../core/base/index.ts";
import type { ForgePullRequest, ForgePullRequestChange, RepositoryRef } from "../../../core/forges/index.ts";
import { type BitbucketClient, nameOf, repositoryPath } from "../bitbucket-client.ts";
import { readPullRequest, readUser } from "../reading.ts";
import type { PullEdit } from "../requests.ts";
import { account, pullRequest as pullShape } from "../shapes.ts";
import { wholePullRequest } from "./whole-pull-request.ts";

/**
 * Updates a pull request. Ignores labels, because Bitbucket has none. Throws `conflict` if a declined or merged pull request would be
 * reopened, because Bitbucket cannot reopen it.
 */
export async function updateBitbucketPullRequest(
  client: BitbucketClient,
  repository: RepositoryRef,
  number: number,
  change: ForgePullRequestChange,
): Promise<ForgePullRequest> {
  const path = `${repositoryPath(repository)}/pullrequests/${number}`;
  const what = `change pull request ${number} of ${nameOf(repository)}`;
  const pull = await client.read(pullShape, { path, what });
  const current = readPullRequest(pull);
  if (change.status === "open" && current.status !== "open") {
    throw new AppError(
      "conflict",
      `Bitbucket could not ${what}: it is ${current.status}, which is final on Bitbucket. Open a new pull request.`,
    );
  }
  const known = (pull.reviewers ?? []).map(({ uuid }) => uuid);
  const more = await uuidsOf(client, repository, change.reviewers ?? []);
  const reviewers = [...new Set([...known, ...more])].filter((uuid) => uuid !== pull.author?.uuid);
  if (isChanged(change, current) || reviewers.length > known.length) {
    // Sends every field, because Bitbucket may clear omitted fields, in particular the reviewers.
    const body = {
      type: "pullrequest",
      title: change.title ?? current.title,
      description: change.body ?? current.body,
      destination: { branch: { name: change.base ?? current.base } },
      draft: change.isDraft ?? current.isDraft,
      reviewers: reviewers.map((uuid) => ({ type: "account" as const, uuid })),
    } satisfies PullEdit;
    await client.send({ method: "PUT", path, body, what });
  }
  if (change.status === "closed" && current.status === "open") {
    await client.send({ method: "POST", path: `${path}/decline`, what });
  }
  const changed = await client.read(pullShape, { path, what });
  return wholePullRequest(client, repository, changed, { what });
}

function isChanged(
  { title, body, base, isDraft }: ForgePullRequestChange,
  current: ForgePullRequest,
): boolean {
  return (
    (title !== undefined && title !== current.title) ||
    (body !== undefined && body !== current.body) ||
    (base !== undefined && base !== current.base) ||
    (isDraft !== undefined && isDraft !== current.isDraft)
  );
}

const member = z.object({ user: account });

/**
 * Returns the UUIDs of the users with these nicknames, from the workspace's member list. Ignores a nickname that is unknown or ambiguous.
 */
async function uuidsOf(
  client: BitbucketClient,
  repository: RepositoryRef,
  nicknames: readonly string[],
): Promise<string[]> {
  if (nicknames.length === 0) return [];
  const found = new Map<string, string[]>();
  const path = `/workspaces/${encodeURIComponent(repository.owner)}/members`;
  const what = `list the members of ${repository.owner}`;
  for await (const { user } of client.items(member, { path, query: { pagelen: 100 }, what })) {
    const { login } = readUser(user);
    if (nicknames.includes(login)) found.set(login, [...(found.get(login) ?? []), user.uuid]);
  }
  return [...found.values()].filter((uuids) => uuids.length === 1).flat();
}
