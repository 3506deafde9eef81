import { AppError } from "../../../base/index.ts";
import { isValidBranchName } from "../branch-name.ts";
import type { OpenMirror, TreePorts } from "./open-mirror.ts";

const NAMED = 5;

/**
 * Resolves a branch, a tag or a full commit ID. Defaults to the branch that sessions start from. The commit is null if
 * the repository has no commits. Throws `invalid_input` for an invalid name. For an unknown name, throws the fetch's
 * error if the fetch failed, or otherwise `not_found` with some branch names.
 */
export async function findTreeCommit(
  { git }: Pick<TreePorts, "git">,
  { repository, mirrorPath, baseBranch, problem }: OpenMirror,
  wanted: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly ref: string; readonly commit: string | null }> {
  const ref = wanted ?? baseBranch;
  if (!isValidBranchName(ref))
    throw new AppError(
      "invalid_input",
      `"ref" ${JSON.stringify(ref.slice(0, 200))} is not a valid branch name, tag name or commit ID. Correct it, or remove "ref" to use the base branch.`,
      { field: "ref" },
    );
  const commit = await git.findCommit({ mirrorPath, ref }, signal);
  if (commit !== null) return { ref, commit };
  if (problem !== null) throw problem;
  const branches = await git.listBranches({ mirrorPath }, signal);
  if (branches.length === 0 && wanted === undefined) return { ref, commit: null };
  const name = `${repository.owner}/${repository.name}`;
  const some = branches.slice(0, NAMED).map((branch) => JSON.stringify(branch.name));
  const there =
    branches.length === 0
      ? "The repository has no commits yet. Push to it first."
      : `Use a branch such as ${some.join(", ")}, a tag or a full commit ID as "ref".`;
  throw new AppError(
    "not_found",
    `Repository ${name} has no branch, tag or commit ${JSON.stringify(ref)}. ${there}`,
  );
}
