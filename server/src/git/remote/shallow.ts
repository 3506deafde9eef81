import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type GitRun, runGit } from "../process/run-git.ts";

/**
 * Where a mirror's history was cut, as git reads it (gitrepository-layout(5), "shallow"). Repositories that borrow a mirror's
 * objects have its cuts too, and read them where they are: git takes a file that is missing for no cut at all.
 */
export const shallowFile = (mirrorPath: string) => join(mirrorPath, "shallow");

/** The commits without parents here, one a line; empty for a whole mirror. */
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
