import { paths } from "../../core/paths.ts";

const step = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/;

/** Where a repository lies, or null for what can be no owner or name: nothing else ever becomes a path. */
export function repositoryPath(dataDir: string, owner: string, name: string): string | null {
  const isSafe = step.test(owner) && step.test(name) && !/\.(?:git|lock)$/i.test(name);
  return isSafe ? paths.localRepository(dataDir, owner, name) : null;
}
