import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type GitRun, runGit } from "../process/run-git.ts";

/**
 * Returns the path of the file that contains a mirror's shallow boundary (gitrepository-layout(5), "shallow"). Repositories with the mirror as
 * an alternate have the same boundary and read it from this file. If the file does not exist, git treats the history as complete.
 */
export const shallowFile = (mirrorPath: string) => join(mirrorPath, "shallow");

/** Returns the boundary commits, one per line, or an empty string if the mirror is complete. */
export async function readShallow(mirrorPath: string): Promise<string> {
  try {
    return await readFile(shallowFile(mirrorPath), "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw cause;
  }
}

export async function isShallow(mirrorPath: string): Promise<boolean> {
  return (await readShallow(mirrorPath)) !== "";
}

export async function hasCommonCommit(
  git: Pick<GitRun, "gitDir" | "shallowFile" | "signal">,
  one: string,
  other: string,
): Promise<boolean> {
  const found = await runGit({ ...git, args: ["merge-base", "--end-of-options", one, other], answers: [1] });
  return found.code === 0;
}
