import type { ChangedFile } from "../../core/forges/index.ts";
import { type GitRun, runGit } from "../process/run-git.ts";

const maxFiles = 500;
const maxOutputBytes = 1024 * 1024;

/** Returns the files that differ between two trees, at most 500, in git's order. If `from` is null, compares with the empty tree. */
export async function changedFiles({
  from,
  to,
  ...git
}: Omit<GitRun, "args"> & { readonly from: string | null; readonly to: string }): Promise<ChangedFile[]> {
  const args =
    from === null
      ? ["ls-tree", "-r", "-z", "--name-only", to]
      : ["diff-tree", "-r", "-z", "--name-status", "--no-renames", "--end-of-options", from, to];
  const { stdout } = await runGit({ ...git, args, maxOutputBytes, isCut: true });
  // The last part is empty, or incomplete if the output was truncated.
  const parts = stdout.toString("utf8").split("\0").slice(0, -1);
  if (from === null) return parts.slice(0, maxFiles).map((path) => ({ path, change: "added" }));
  const files: ChangedFile[] = [];
  for (let index = 0; index + 1 < parts.length && files.length < maxFiles; index += 2)
    files.push({ path: parts[index + 1]!, change: changes[parts[index]!] ?? "modified" });
  return files;
}

const changes: Readonly<Record<string, ChangedFile["change"]>> = { A: "added", D: "deleted" };
