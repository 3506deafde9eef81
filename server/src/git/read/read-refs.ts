import { readRefFiles } from "../../host-git/read-refs.ts";
import { type GitRun, gitText } from "../process/run-git.ts";

/** Returns the object IDs of the refs with these names, or below them, by full name and sorted by name. */
export async function readRefs(
  git: Pick<GitRun, "remote" | "isPartOfPush" | "signal"> & { readonly gitDir: string },
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  git.signal.throwIfAborted();
  const read = readRefFiles(git.gitDir, names);
  if (read !== null) return read;
  const args = ["for-each-ref", "--format=%(objectname) %(refname)", ...names];
  const lines = (await gitText({ ...git, args })).split("\n");
  return new Map(
    lines.filter(Boolean).map((line) => {
      const space = line.indexOf(" ");
      return [line.slice(space + 1), line.slice(0, space)];
    }),
  );
}
