import { AppError } from "../../../core/base/index.ts";
import type { LocalRepository } from "../../../core/forges/index.ts";
import type { Actor, LocalContext, Place } from "../context.ts";
import { existingPath } from "../git/repositories.ts";

/** Throws `not_found` for a repository that is missing or out of the actor's reach: nobody learns which. */
export async function placeOf(
  context: LocalContext,
  actor: Actor,
  repository: LocalRepository | null,
): Promise<Place> {
  if (repository === null || !isInReach(actor, repository))
    throw new AppError("not_found", "There is no such repository on the local forge. Create it first.");
  return { repository, actor, gitDir: await existingPath(context.dataDir, repository) };
}

export function isInReach(actor: Actor, repository: LocalRepository): boolean {
  return actor.organizationId === null || actor.organizationId === repository.organizationId;
}

/** Throws `conflict` for an archived one: nothing in it changes any more. */
export function refuseArchived({ repository }: Place): void {
  if (repository.isArchived)
    throw new AppError(
      "conflict",
      `The repository ${repository.owner}/${repository.name} is archived, so it is read-only. Unarchive it first.`,
    );
}
