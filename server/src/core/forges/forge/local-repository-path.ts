import { paths } from "../../base/index.ts";

const step = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/;

/**
 * Returns the folder of a repository on the built-in forge, or null if the owner or the name is invalid. This check
 * ensures that only valid names become part of a path.
 */
export function localRepositoryPath(dataDir: string, owner: string, name: string): string | null {
  const isSafe = step.test(owner) && step.test(name) && !/\.(?:git|lock)$/i.test(name);
  return isSafe ? paths.localRepository(dataDir, owner, name) : null;
}
