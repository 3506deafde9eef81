import { AppError } from "../../../core/base/index.ts";
import type { LocalPullRequest } from "../../../core/forges/index.ts";
import type { LocalContext, Place } from "../context.ts";
import { readRefs, repositoryGit } from "../repository-git.ts";

/** Pull request whose head is known. */
export type SeenPullRequest = LocalPullRequest & { readonly headSha: string };

/**
 * Returns the pull request with its current head. Like other forges, publishes the head as `refs/pull/<number>/head`, so that it remains
 * after the branch is deleted. Publishes an event if the head has moved. The first reader detects the move, because host git pushes to the
 * repository's path without notifying a server. Throws `forge_failed` if no head is known.
 */
export async function withHead(
  context: LocalContext,
  { repository, gitDir, actor }: Place,
  pull: LocalPullRequest,
): Promise<SeenPullRequest> {
  const branch = `refs/heads/${pull.head}`;
  const published = `refs/pull/${pull.number}/head`;
  const refs = await readRefs(gitDir, [branch, published]);
  const headSha =
    (pull.status === "open" ? refs.get(branch) : undefined) ?? refs.get(published) ?? pull.headSha;
  if (headSha === null)
    throw new AppError(
      "forge_failed",
      `The branch "${pull.head}" of pull request ${pull.number} no longer exists. Push the branch again, or close the pull request.`,
    );
  if (refs.get(published) !== headSha)
    await repositoryGit(["--git-dir", gitDir, "update-ref", published, headSha]);
  if (pull.headSha === headSha) return { ...pull, headSha };
  // Only one of several concurrent readers can update the row.
  const only = pull.headSha === null ? {} : { ifHeadSha: pull.headSha };
  const moved = await context.records.pulls.update(repository.id, pull.number, { headSha }, only);
  if (moved !== null && pull.headSha !== null)
    await context.publish(repository, actor.user, {
      about: "pullRequest",
      action: "synchronize",
      pull: moved,
      before: pull.headSha,
    });
  return { ...(moved ?? pull), headSha };
}

/** Returns the pull request with its current head. Throws `not_found` if the pull request does not exist. */
export async function getPull(context: LocalContext, place: Place, number: number): Promise<SeenPullRequest> {
  const pull = await context.records.pulls.find(place.repository.id, number);
  if (pull === null) throw noSuch(place, "pull request", number);
  return withHead(context, place, pull);
}

export function noSuch({ repository }: Place, what: string, number: number | string): AppError {
  return new AppError(
    "not_found",
    `Repository ${repository.owner}/${repository.name} has no ${what} ${number}.`,
  );
}
