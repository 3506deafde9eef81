import type { DiffFile } from "./parse-patch.ts";

const MANY_LINES = 20_000;
const MANY_CHARACTERS = 1_000_000;

export function linesOf(file: DiffFile): number {
  return file.hunks.reduce((sum, { changes }) => sum + changes.length, 0);
}

/**
 * Returns true if the file is too large to be shown without a request from the user. Only visible lines are rendered,
 * but the page keeps a placeholder for the others.
 */
export function isLarge(file: DiffFile): boolean {
  let characters = 0;
  for (const { changes } of file.hunks) for (const { content } of changes) characters += content.length;
  return linesOf(file) > MANY_LINES || characters > MANY_CHARACTERS;
}
