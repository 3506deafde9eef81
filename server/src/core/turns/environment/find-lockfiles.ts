import { paths } from "../../base/index.ts";
import type { TurnsPorts } from "../ports.ts";
import { lockfiles } from "./dependency-commands.ts";

/**
 * Returns the object IDs of the lockfiles in a repository's root, by name, on a branch of its mirror. Returns nothing if
 * the branch does not exist.
 */
export async function findLockfiles(
  { git, settings }: Pick<TurnsPorts, "git" | "settings">,
  repositoryId: string,
  branch: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const mirrorPath = paths.mirror(settings.dataDir, repositoryId);
  const commit = await git.findCommit({ mirrorPath, ref: branch }, signal);
  if (commit === null) return new Map();
  const { entries } = await git.readTree(
    { mirrorPath, tree: commit, search: null, maxEntries: 10_000 },
    signal,
  );
  return new Map(
    entries
      .filter(({ path, kind }) => kind === "file" && lockfiles.includes(path))
      .map(({ path, id }) => [path, id]),
  );
}
