import { paths } from "../../base/index.ts";
import type { TurnsPorts } from "../ports.ts";
import { lockfiles } from "./dependency-commands.ts";

/**
 * Returns the object IDs of the lockfiles in a repository's root, by name, at a branch or commit of its mirror. Returns
 * nothing if it does not exist.
 */
export async function findLockfiles(
  { git, settings }: Pick<TurnsPorts, "git" | "settings">,
  repositoryId: string,
  ref: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const mirrorPath = paths.mirror(settings.dataDir, repositoryId);
  const commit = await git.findCommit({ mirrorPath, ref }, signal);
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
