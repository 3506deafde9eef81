import { objectGit, repositoryGit } from "../repository-git.ts";

export interface ChangedFile {
  readonly path: string;
  readonly formerPath: string | null;
  readonly status: "added" | "removed" | "modified" | "renamed" | "changed";
  readonly additions: number;
  readonly deletions: number;
  /** ID of the blob after the change. For a removed file, this is the blob before the change. */
  readonly blob: string;
  readonly isBinary: boolean;
}

const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** Returns the files that differ between `base`, usually the merge base, and `head`. If `base` is null, compares with the empty tree. */
export async function readChanges(gitDir: string, base: string | null, head: string): Promise<ChangedFile[]> {
  const command = ["diff-tree", "-r", "-z", "-M", "--no-commit-id", "--raw", "--numstat", "--abbrev=40"];
  const { text } = await objectGit(gitDir, command, [base ?? emptyTree, head]);
  const parts = text.split("\0");
  const records: { readonly words: readonly string[]; readonly paths: readonly string[] }[] = [];
  let at = 0;
  // The raw records come first. Only they start with a colon.
  while (parts[at]?.startsWith(":")) {
    const words = parts[at]!.split(" ");
    const end = at + (/^[RC]/.test(words[4]!) ? 3 : 2);
    records.push({ words, paths: parts.slice(at + 1, end) });
    at = end;
  }
  const counts = readNumbers(parts.slice(at));
  return records.map(({ words: [, , before, after, letter], paths }) => {
    const path = paths.at(-1)!;
    const count = counts.get(path);
    return {
      path,
      formerPath: paths.length > 1 ? paths[0]! : null,
      status: statuses[letter![0]!] ?? "changed",
      additions: count?.additions ?? 0,
      deletions: count?.deletions ?? 0,
      blob: letter === "D" ? before! : after!,
      isBinary: count?.isBinary ?? false,
    };
  });
}

/** Returns the patch for all files, including headers. */
export async function readWholePatch(gitDir: string, base: string | null, head: string): Promise<string> {
  const common = ["--git-dir", gitDir, "diff-tree", "-r", "-p", "-M", "--no-commit-id"];
  const asked = [...common, "--no-ext-diff", "--no-textconv", base ?? emptyTree, head];
  return (await repositoryGit(asked)).bytes.toString("utf8");
}

/** Returns the commits in the email format that `git am` reads. */
export async function readMails(gitDir: string, base: string, head: string): Promise<string> {
  const asked = [
    "--git-dir",
    gitDir,
    "format-patch",
    "--stdout",
    "--binary",
    "--full-index",
    `${base}..${head}`,
  ];
  return (await repositoryGit(asked)).bytes.toString("utf8");
}

/** Returns one file's hunks without the header, or an empty string if the file did not change or is binary, or if the patch is too large to show. */
export async function readPatch(
  gitDir: string,
  base: string | null,
  head: string,
  path: string,
): Promise<string> {
  const { bytes } = await repositoryGit([
    "--git-dir",
    gitDir,
    "diff-tree",
    "-p",
    "-M",
    "--no-commit-id",
    "--no-ext-diff",
    "--no-textconv",
    base ?? emptyTree,
    head,
    "--",
    `:(literal)${path}`,
  ]);
  const text = bytes.toString("utf8").replace(/\n$/, "");
  const start = text.indexOf("\n@@ ");
  const patch = start < 0 ? "" : text.slice(start + 1);
  return patch.length > maxPatchChars ? "" : patch;
}

/**
 * Returns the part of a hunk up to a line. Forges show this part above a comment. Returns null if the patch does not contain the line.
 * `side` selects the old or new line numbers.
 */
export function hunkAt(patch: string, line: number, side: "new" | "old"): string | null {
  let hunk: string[] = [];
  let [oldLine, newLine] = [0, 0];
  for (const text of patch.split("\n")) {
    const [, oldStart, newStart] = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text) ?? [];
    if (oldStart !== undefined && newStart !== undefined) {
      hunk = [text];
      [oldLine, newLine] = [Number(oldStart), Number(newStart)];
      continue;
    }
    hunk.push(text);
    const isOld = text.startsWith("-");
    const isNew = text.startsWith("+");
    const isShown = isOld || isNew || text.startsWith(" ");
    if (!isShown) continue;
    const isHere = side === "new" ? !isOld && newLine === line : !isNew && oldLine === line;
    if (isHere) return hunk.join("\n");
    if (!isNew) oldLine++;
    if (!isOld) newLine++;
  }
  return null;
}

const maxPatchChars = 1_000_000;
const statuses: Readonly<Record<string, ChangedFile["status"]>> = {
  A: "added",
  D: "removed",
  M: "modified",
  R: "renamed",
  C: "added",
};

function readNumbers(
  parts: readonly string[],
): Map<string, { additions: number; deletions: number; isBinary: boolean }> {
  const counts = new Map<string, { additions: number; deletions: number; isBinary: boolean }>();
  for (let at = 0; at < parts.length; ) {
    const [additions, deletions, name] = (parts[at++] ?? "").split("\t");
    if (additions === undefined || deletions === undefined) break;
    // For a renamed file, the name is empty here, followed by the previous name and the new name.
    const isMoved = name === "";
    const path = isMoved ? parts[at + 1]! : name!;
    if (isMoved) at += 2;
    counts.set(path, {
      additions: Number(additions) || 0,
      deletions: Number(deletions) || 0,
      isBinary: additions === "-",
    });
  }
  return counts;
}
