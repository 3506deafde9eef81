import { countLinear, objectGit, repositoryGit } from "../repository-git.ts";

export interface CommitFacts {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: DatedIdentity;
  readonly committer: DatedIdentity;
  readonly message: string;
}
export interface DatedIdentity {
  readonly name: string;
  readonly email: string;
  /** Date in RFC 3339 format. */
  readonly date: string;
}

const format = ["%H", "%T", "%P", "%an", "%ae", "%aI", "%cn", "%ce", "%cI", "%B"].join("%x00");

/** Omits the newest `skip` commits of a git revision or range, and returns at most `limit` of the following commits, oldest first. */
export async function readCommits(
  gitDir: string,
  range: readonly string[],
  { skip = 0, limit }: { readonly skip?: number; readonly limit: number },
): Promise<readonly CommitFacts[]> {
  const { text } = await repositoryGit([
    "--git-dir",
    gitDir,
    "log",
    "-z",
    "--topo-order",
    `--skip=${skip}`,
    `--max-count=${limit}`,
    `--format=${format}%x00`,
    ...range,
    "--",
  ]);
  const parts = text.split("\0");
  const commits: CommitFacts[] = [];
  // Each commit has ten fields. The separator adds an empty field.
  for (let at = 0; at + 9 < parts.length; at += 11) {
    const [sha, tree, parents, an, ae, ad, cn, ce, cd, message] = parts.slice(at, at + 10) as [
      string,
      ...string[],
    ];
    commits.push({
      sha: sha.trim(),
      tree: tree!,
      parents: parents === "" ? [] : parents!.split(" "),
      author: { name: an!, email: ae!, date: ad! },
      committer: { name: cn!, email: ce!, date: cd! },
      message: message!.replace(/\n$/, ""),
    });
  }
  return commits.reverse();
}

export async function readCommit(gitDir: string, sha: string): Promise<CommitFacts> {
  return (await readCommits(gitDir, ["--no-walk", sha], { limit: 1 }))[0]!;
}

/** Returns the number of commits that `head` has and `base`, an ancestor, does not. */
export async function countCommits(gitDir: string, base: string, head: string): Promise<number> {
  const count = await countLinear(gitDir, base, head);
  if (count !== null) return count;
  const { text } = await objectGit(gitDir, ["rev-list", "--count"], [`${base}..${head}`]);
  return Number(text);
}
