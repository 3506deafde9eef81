import { usualFolders } from "../sandbox/usual-folders.ts";

export type Variables = Readonly<Record<string, string>>;

/**
 * Returns the variables of several dev shells together. The first dev shell that has a variable sets it, but PATH contains
 * the folders of all. Pure.
 */
export function joinDevShells(shells: readonly Variables[]): Variables {
  const folders = shells.flatMap(({ PATH }) => PATH || []);
  const { PATH: _, ...others } = Object.assign({}, ...shells.toReversed()) as Record<string, string>;
  return { ...others, ...(folders.length > 0 && { PATH: folders.join(":") }) };
}

/** Returns the variables of a system in its dev shells, whose folders come first in PATH. Pure. */
export const inDevShell = (system: Variables, devShell: Variables): Variables => ({
  ...system,
  ...devShell,
  ...(devShell.PATH !== undefined && { PATH: `${devShell.PATH}:${system.PATH ?? usualFolders}` }),
});
