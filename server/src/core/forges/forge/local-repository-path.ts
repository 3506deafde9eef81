import { paths } from "../../base/index.ts";

const step = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/;

/**
 * Returns the folder of a repository of the built-in forge, or null if owner or name is invalid. No other text ever
 * becomes a path.
 */
export function localRepositoryPath(dataDir: string, owner: string, name: string): string | null {
  const isSafe = step.test(owner) && step.test(name) && !/\.(?:git|lock)$/i.test(name);
  return isSafe ? paths.localRepository(dataDir, owner, name) : null;
}
