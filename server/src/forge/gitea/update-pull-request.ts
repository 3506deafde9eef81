import type { EditPullRequestOption, IssueLabelsOption, PullReviewRequestOptions } from "gitea-js";
import { z } from "zod";
import { AppError } from "../../core/base/index.ts";
import type { ForgePullRequest, ForgePullRequestChange, RepositoryRef } from "../../core/forges/index.ts";
import { writeTitle } from "./draft-title.ts";
import { type GiteaClient, nameOf, repositoryPath } from "./gitea-client.ts";
import { readPullRequest } from "./reading.ts";
import { pullRequest as pullShape } from "./shapes.ts";

/**
 * Updates a pull request: first the fields that differ, then labels and reviewers. Throws `conflict` if a merged pull request would be
 * reopened, or `forge_failed` if the pull request is still a draft because of its title.
 */
export async function updateGiteaPullRequest(
  client: GiteaClient,
  repository: RepositoryRef,
  number: number,
  change: ForgePullRequestChange,
): Promise<ForgePullRequest> {
  const path = `${repositoryPath(repository)}/pulls/${number}`;
  const what = `change pull request ${number} of ${nameOf(repository)}`;
  const current = await client.read(pullShape, { path, what });
  const body = patchFor(current.title, readPullRequest(current, true), change);
  if (Object.keys(body).length > 0) await client.send({ method: "PATCH", path, body, what });
  if (change.labels?.length) await addLabels(client, repository, number, change.labels);
  for (const reviewer of change.reviewers ?? []) {
    const asked = { reviewers: [reviewer] } satisfies PullReviewRequestOptions;
    // Status 404 or 422 means that the user does not exist or cannot review.
    const request = { method: "POST", path: `${path}/requested_reviewers`, body: asked, what } as const;
    await client.send({ ...request, answers: [404, 422] });
  }
  const changed = readPullRequest(await client.read(pullShape, { path, what }), true);
  if (change.isDraft === false && changed.isDraft) {
    throw new AppError(
      "forge_failed",
      `Gitea could not ${what}: it is still a draft, because this Gitea treats the start of the title "${changed.title}" as a draft prefix. Change the title.`,
    );
  }
  return changed;
}

function patchFor(
  rawTitle: string,
  current: ForgePullRequest,
  change: ForgePullRequestChange,
): EditPullRequestOption {
  const { title, isDraft, body, base, status } = change;
  const patch: EditPullRequestOption = {};
  if (title !== undefined || isDraft !== undefined) {
    const wanted = writeTitle(title ?? current.title, isDraft ?? current.isDraft);
    if (wanted !== rawTitle) patch.title = wanted;
  }
  if (body !== undefined && body !== current.body) patch.body = body;
  if (base !== undefined && base !== current.base) patch.base = base;
  if (status !== undefined && status !== current.status) {
    if (current.status !== "merged") patch.state = status;
    else if (status === "open") {
      throw new AppError("conflict", `Pull request ${current.number} is merged and cannot be reopened.`);
    }
  }
  return patch;
}

const label = z.object({ id: z.number().int(), name: z.string() });

/** Adds labels, and creates missing labels first. Older Gitea versions accept labels only by ID. */
async function addLabels(
  client: GiteaClient,
  repository: RepositoryRef,
  number: number,
  names: readonly string[],
): Promise<void> {
  const path = repositoryPath(repository);
  const what = `label pull request ${number} of ${nameOf(repository)}`;
  const ids = new Map<string, number>();
  for await (const { id, name } of client.items(label, { path: `${path}/labels`, what })) {
    if (names.includes(name) && !ids.has(name)) ids.set(name, id);
  }
  for (const name of names.filter((one) => !ids.has(one))) {
    const body = { name, color: "#7a8c99" };
    const made = await client.read(label, { method: "POST", path: `${path}/labels`, body, what });
    ids.set(name, made.id);
  }
  const body = { labels: [...ids.values()] } satisfies IssueLabelsOption;
  await client.send({ method: "POST", path: `${path}/issues/${number}/labels`, body, what });
}
