import type { ChangedFile } from "../../core/forges/index.ts";
import { type GitRun, runGit } from "../process/run-git.ts";

export interface TreeChange {
  readonly path: string;
  readonly change: ChangedFile["change"];
  /** Modes of the file before and after the change. */
  readonly modes: readonly [before: string, after: string];
  /** Blob before the change. */
  readonly before: string;
}

const maxChanges = 20_000;
const maxOutputBytes = 16 * 1024 * 1024;
const record = /^:(\d+) (\d+) ([0-9a-f]+) [0-9a-f]+ (\w)/;

/** Returns the files that differ between two trees, at most 20,000, in git's order. The list is empty only if no file differs. */
export async function treeChanges(
  git: Omit<GitRun, "args" | "stdin">,
  from: string,
  to: string,
): Promise<readonly TreeChange[]> {
  const args = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--end-of-options", from, to];
  const { stdout } = await runGit({ ...git, args, maxOutputBytes, isCut: true });
  // The last part is empty, or incomplete if the output was truncated.
  const parts = stdout.toString("utf8").split("\0").slice(0, -1);
  const found: TreeChange[] = [];
  for (let at = 0; at + 1 < parts.length && found.length < maxChanges; at += 2) {
    const [, mode, newMode, before, letter] = record.exec(parts[at]!) ?? [];
    if (mode && newMode && before && letter)
      found.push({
        path: parts[at + 1]!,
        change: changes[letter] ?? "modified",
        modes: [mode, newMode],
        before,
      });
  }
  return found;
}

const changes: Readonly<Record<string, ChangedFile["change"]>> = { A: "added", D: "deleted" };
