import { repositoryGit } from "../repository-git.ts";

export interface Lines {
  readonly start: number;
  readonly end: number;
}

/**
 * Maps lines of a file in one commit to their position in another commit. Returns null if the lines have changed, the file was removed, or
 * the commits cannot be compared.
 */
export async function followLines(
  gitDir: string,
  { from, to, path }: { readonly from: string; readonly to: string; readonly path: string },
  lines: Lines,
): Promise<Lines | null> {
  if (from === to) return lines;
  const common = ["--git-dir", gitDir, "diff-tree", "-p", "-U0", "--no-commit-id", "--no-ext-diff"];
  const asked = [...common, "--no-renames", "--no-textconv", from, to, "--", `:(literal)${path}`];
  // A commit that a force push replaced may no longer exist.
  const { code, text } = await repositoryGit(asked, [128]);
  return code === 0 ? linesAfter(text, lines) : null;
}

/** Returns the lines' position after a patch without context lines is applied. Returns null if the patch changes the lines. Pure. */
export function linesAfter(patch: string, { start, end }: Lines): Lines | null {
  let shift = 0;
  for (const line of patch.split("\n")) {
    if (line.startsWith("Binary files ")) return null;
    const [, at, removed = "1", added = "1"] = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line) ?? [];
    if (at === undefined) continue;
    // Added lines follow line `at`.
    const first = removed === "0" ? Number(at) + 1 : Number(at);
    const last = removed === "0" ? first - 1 : first + Number(removed) - 1;
    const isBefore = last < start && first <= start;
    const isAfter = first > end;
    if (!isBefore && !isAfter) return null;
    if (isBefore) shift += Number(added) - Number(removed);
  }
  return { start: start + shift, end: end + shift };
}
