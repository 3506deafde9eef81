import type { ForgesPorts } from "../../ports.ts";

/** The folder that harnesses have agreed on. */
const commonFolder = ".agents/skills";

/** Folders where repositories keep skills, for whichever harness. Of two skills of one name the one in the earlier folder counts. */
export function repositoryFolders({ harnesses }: Pick<ForgesPorts, "harnesses">): readonly string[] {
  const own = harnesses.list().flatMap(({ repositoryFiles }) => repositoryFiles?.skillFolders ?? []);
  return [...new Set([...own, commonFolder])];
}
