import type { ForgesPorts } from "../../ports.ts";

/** Skill folder that all harnesses share. */
const commonFolder = ".agents/skills";

/**
 * Returns the folders that contain a repository's skills, for any harness. If two skills have the same name, the
 * earlier folder takes precedence.
 */
export function repositoryFolders({ harnesses }: Pick<ForgesPorts, "harnesses">): readonly string[] {
  const own = harnesses.list().flatMap(({ repositoryFiles }) => repositoryFiles?.skillFolders ?? []);
  return [...new Set([...own, commonFolder])];
}
