import { statSync } from "node:fs";
import { join } from "node:path";

/**
 * Returns a text that identifies a repository's object folder. It differs for a repository that is created later at the same path. Returns
 * null if the repository does not exist.
 */
export function repositoryIdentity(gitDir: string): string | null {
  const found = statSync(join(gitDir, "objects"), { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : `${gitDir} ${found.dev}:${found.ino}:${found.birthtimeNs}`;
}
