import type { ChangedFile } from "../../core/forges/index.ts";
import { type GitRun, runGit } from "../process/run-git.ts";
import type { TreeChange } from "./tree-changes.ts";

const maxFiles = 500;
const maxOutputBytes = 1024 * 1024;

/** Returns the changed files, at most 500, in git's order. */
export const changedFiles = (changes: readonly TreeChange[]): readonly ChangedFile[] =>
  changes.slice(0, maxFiles).map(({ path, change }) => ({ path, change }));

/** Returns the files of a tree as added files, at most 500, in git's order. */
export async function addedFiles(git: Omit<GitRun, "args">, tree: string): Promise<readonly ChangedFile[]> {
  const args = ["ls-tree", "-r", "-z", "--name-only", tree];
  const { stdout } = await runGit({ ...git, args, maxOutputBytes, isCut: true });
  // The last part is empty, or incomplete if the output was truncated.
  const paths = stdout.toString("utf8").split("\0").slice(0, -1);
  return paths.slice(0, maxFiles).map((path) => ({ path, change: "added" }));
}
