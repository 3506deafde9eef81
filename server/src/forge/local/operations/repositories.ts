import { AppError } from "../../../core/base/index.ts";
import type { LocalRepository } from "../../../core/forges/index.ts";
import type { LocalContext, Place } from "../context.ts";
import { defined } from "../defined.ts";
import { branchSha, moveRef } from "../git/plumbing.ts";
import { existingPath, protectedBranches, renameRepository, setHead } from "../git/repositories.ts";
import { noticePush } from "./notice-push.ts";

/** Changes a repository's settings. Throws `conflict` if the name is taken, or `invalid_input` if the branch does not exist. */
export async function changeRepository(
  context: LocalContext,
  place: Place,
  change: {
    readonly name?: string;
    readonly description?: string | null;
    readonly defaultBranch?: string;
    readonly isArchived?: boolean;
  },
): Promise<LocalRepository> {
  let { repository } = place;
  const { name, defaultBranch, description, isArchived } = change;
  if (defaultBranch !== undefined && defaultBranch !== repository.defaultBranch) {
    if ((await branchSha(place.gitDir, defaultBranch)) === null)
      throw new AppError("invalid_input", `The branch ${defaultBranch} was not found. Push it first.`);
    await setHead(place.gitDir, defaultBranch);
  }
  if (name !== undefined && name !== repository.name) repository = await rename(context, place, name);
  const rest = defined({ defaultBranch, description, isArchived });
  if (Object.keys(rest).length === 0) return repository;
  const saved = (await context.records.repositories.update(repository.id, rest))!;
  const action =
    saved.isArchived === repository.isArchived ? "edited" : saved.isArchived ? "archived" : "unarchived";
  await context.publish(saved, place.actor.user, { about: "repository", action });
  return saved;
}

/**
 * Deletes a branch. Returns false if it does not exist. Throws `conflict` if the branch is the default branch, is protected or has moved.
 */
export async function deleteBranch(context: LocalContext, place: Place, branch: string): Promise<boolean> {
  const { gitDir, repository, actor } = place;
  const before = await branchSha(gitDir, branch);
  if (before === null) return false;
  if (branch === repository.defaultBranch || (await protectedBranches(gitDir)).has(branch))
    throw new AppError("conflict", `The branch "${branch}" is protected, so it cannot be deleted.`);
  const ref = `refs/heads/${branch}`;
  if (!(await moveRef(gitDir, ref, { from: before, to: null })))
    throw new AppError("conflict", `The branch "${branch}" has moved. Try again.`);
  await noticePush(context, repository, actor.user, { ref, before, after: null });
  return true;
}

/** Renames the folder and then the row. If the row cannot be updated, renames the folder back. */
async function rename(
  context: LocalContext,
  { repository, actor }: Place,
  name: string,
): Promise<LocalRepository> {
  const taken = await context.records.repositories.findByPath(repository.owner, name);
  if (taken !== null && taken.id !== repository.id)
    throw new AppError(
      "conflict",
      `A repository "${repository.owner}/${name}" already exists. Choose another name.`,
    );
  await existingPath(context.dataDir, repository);
  await renameRepository(context.dataDir, repository, name);
  try {
    const saved = (await context.records.repositories.update(repository.id, { name }))!;
    await context.publish(saved, actor.user, {
      about: "repository",
      action: "renamed",
      formerName: repository.name,
    });
    return saved;
  } catch (cause) {
    await renameRepository(context.dataDir, { owner: repository.owner, name }, repository.name);
    throw cause;
  }
}
