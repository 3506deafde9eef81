import { type ObjectRepository, readObject } from "./read-object.ts";

interface LinearHistory {
  readonly older: string;
  readonly newer: string;
  readonly maxCommits: number;
}

const maxCommitBytes = 1024 * 1024;

/**
 * Returns the number of commits from `older`, exclusive, to `newer`, inclusive, if each of them has exactly one parent. In this case, `older`
 * is the merge base. Returns null for any other history, which only git can answer for. Starts no process for each question.
 */
export async function countLinear(
  repository: ObjectRepository,
  { older, newer, maxCommits }: LinearHistory,
  signal: AbortSignal,
): Promise<number | null> {
  let at = newer;
  for (let count = 0; count <= maxCommits; count++) {
    if (at === older) return count;
    const commit = await readObject(
      repository,
      { name: at, type: "commit", maxBytes: maxCommitBytes },
      signal,
    );
    const parents = commit instanceof Buffer ? parentsOf(commit) : [];
    if (parents.length !== 1) return null;
    at = parents[0]!;
  }
  return null;
}

/**
 * Returns the parents of a commit as git reads them: the lines that directly follow the line of its tree. Git ignores such a line anywhere
 * else in the header, where `git fsck` accepts it too.
 */
function parentsOf(commit: Buffer): readonly string[] {
  const [, ...lines] = commit.toString("latin1").split("\n");
  const end = lines.findIndex((line) => !line.startsWith("parent "));
  return lines.slice(0, end < 0 ? undefined : end).map((line) => line.slice("parent ".length));
}
