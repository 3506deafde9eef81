import { globSync, lstatSync } from "node:fs";
import { join } from "node:path";

const sources = ["docs/**", "site/src/**", "site/.vitepress/config.ts", "site/.vitepress/theme/**"];

/**
 * Returns true if the folder `site/dist` of a clone is built, and a source is newer, as after `git pull`. Returns false outside a clone, where
 * the sources do not exist. Folders count too, because a removed page changes its folder.
 */
export function isOutdated(folder: string): boolean {
  const builtAt = changedAt(join(folder, "index.html"));
  if (builtAt === undefined) return false;
  const root = join(folder, "../..");
  return globSync(sources, { cwd: root }).some((path) => (changedAt(join(root, path)) ?? 0) > builtAt);
}

function changedAt(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
