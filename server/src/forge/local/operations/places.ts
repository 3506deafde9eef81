import { AppError } from "../../../core/base/index.ts";
import type { LocalRepository } from "../../../core/forges/index.ts";
import type { Actor, LocalContext, Place } from "../context.ts";
import { existingPath } from "../git/repositories.ts";

/**
 * Returns the context of an operation in a repository. Throws the same `not_found` error if the repository does not exist and if the actor
 * cannot access it, so that callers cannot distinguish these cases.
 */
export async function getPlace(
  context: LocalContext,
  actor: Actor,
  repository: LocalRepository | null,
): Promise<Place> {
  if (repository === null || !isInReach(actor, repository))
    throw new AppError("not_found", "The repository does not exist on the built-in forge. Create it first.");
  return { repository, actor, gitDir: await existingPath(context.dataDir, repository) };
}

export function isInReach(actor: Actor, repository: LocalRepository): boolean {
  return actor.organizationId === null || actor.organizationId === repository.organizationId;
}

/** Throws `conflict` if the repository is archived, because it is then read-only. */
export function refuseArchived({ repository }: Place): void {
  if (repository.isArchived)
    throw new AppError(
      "conflict",
      `The repository ${repository.owner}/${repository.name} is archived, so it is read-only. Unarchive it first.`,
    );
}
