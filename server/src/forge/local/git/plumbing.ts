import { AppError } from "../../../core/base/index.ts";
import { countLinear, type GitResult, objectGit, readRefs, repositoryGit } from "../repository-git.ts";

const zeros = "0".repeat(40);

export async function branchSha(gitDir: string, branch: string): Promise<string | null> {
  const ref = `refs/heads/${branch}`;
  return (await readRefs(gitDir, [ref])).get(ref) ?? null;
}

/** Returns the ID of the commit that a branch name, a ref or an abbreviated ID refers to, or null if it does not exist. */
export async function commitSha(gitDir: string, name: string): Promise<string | null> {
  // Rejects names that git would interpret as ranges, options or searches.
  if (name === "" || /^-|[\s\\^~:?*[\x00-\x20]|\.\.|@\{/.test(name)) return null;
  for (const candidate of [`refs/heads/${name}`, name]) {
    const asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${candidate}^{commit}`];
    const { code, text } = await repositoryGit(["--git-dir", gitDir, ...asked], [1, 128]);
    if (code === 0) return text;
  }
  return null;
}

export async function isAncestor(gitDir: string, ancestor: string, sha: string): Promise<boolean> {
  return (await objectGit(gitDir, ["merge-base", "--is-ancestor"], [ancestor, sha], [1])).code === 0;
}

/** Returns the merge base, or null if the histories have no common ancestor. Fastest if `one` is a recent ancestor of `other`. */
export async function mergeBase(gitDir: string, one: string, other: string): Promise<string | null> {
  if ((await countLinear(gitDir, one, other)) !== null) return one;
  const { code, text } = await objectGit(gitDir, ["merge-base"], [one, other].sort(), [1]);
  return code === 0 ? text : null;
}

/**
 * Moves a ref from its expected commit to another commit. `from` is null for a new ref, and `to` is null to delete the ref. Returns true if
 * the ref is already at the new commit, and false if it has moved to any other commit. Throws `forge_failed` if git rejects the move.
 */
export async function moveRef(
  gitDir: string,
  ref: string,
  { from, to }: { readonly from: string | null; readonly to: string | null },
): Promise<boolean> {
  const args = to === null ? ["-d", ref, from ?? zeros] : [ref, to, from ?? zeros];
  const { code } = await repositoryGit(["--git-dir", gitDir, "update-ref", ...args], [1, 128]);
  if (code === 0) return true;
  const now = (await readRefs(gitDir, [ref])).get(ref) ?? null;
  if (now === to) return true;
  if (now !== from) return false;
  throw new AppError(
    "forge_failed",
    `git on the built-in forge could not move ${ref}. Check the disk and the file permissions.`,
  );
}

export type MergedTree = { readonly tree: string } | { readonly conflictsIn: readonly string[] };

/**
 * Merges two commits without moving a branch. Returns the tree, or the conflicting files. The merge base is `since`, or the common ancestor
 * if `since` is null.
 */
export async function mergedTree(
  gitDir: string,
  ours: string,
  theirs: string,
  since: string | null = null,
): Promise<MergedTree> {
  return readMerged(await repositoryGit(["--git-dir", gitDir, ...mergeCommand(since), ours, theirs], [1]));
}

/** Returns the files in which two commits conflict, or null if they merge cleanly. */
export async function conflictsBetween(
  gitDir: string,
  ours: string,
  theirs: string,
): Promise<readonly string[] | null> {
  // Git would take all files from `theirs`.
  if ((await mergeBase(gitDir, ours, theirs)) === ours) return null;
  const merged = readMerged(await objectGit(gitDir, mergeCommand(null), [ours, theirs], [1]));
  return "conflictsIn" in merged ? merged.conflictsIn : null;
}

function mergeCommand(since: string | null): readonly string[] {
  const base = since === null ? "--allow-unrelated-histories" : `--merge-base=${since}`;
  return ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", base];
}

function readMerged({ code, text }: GitResult): MergedTree {
  const [tree = "", ...conflictsIn] = text.split("\0").filter((part) => part !== "");
  return code === 0 ? { tree } : { conflictsIn };
}

export interface Identity {
  readonly name: string;
  readonly email: string;
  /** Date in RFC 3339 format. Defaults to now. */
  readonly date?: string | undefined;
}

export async function makeCommit(
  gitDir: string,
  input: {
    readonly tree: string;
    readonly parents: readonly string[];
    readonly message: string;
    readonly author: Identity;
    readonly committer: Identity;
  },
): Promise<string> {
  const parents = input.parents.flatMap((parent) => ["-p", parent]);
  const made = await repositoryGit(
    ["--git-dir", gitDir, "commit-tree", input.tree, ...parents],
    [],
    input.message,
    { ...environmentOf("AUTHOR", input.author), ...environmentOf("COMMITTER", input.committer) },
  );
  return made.text;
}

function environmentOf(role: string, { name, email, date }: Identity): Record<string, string> {
  return {
    [`GIT_${role}_NAME`]: printable(name),
    [`GIT_${role}_EMAIL`]: printable(email),
    ...(date !== undefined && { [`GIT_${role}_DATE`]: date }),
  };
}

/**
 * Removes control characters and angle brackets, and trims the characters that git strips from both ends of a name. Returns "unknown" if
 * nothing remains, because git rejects an empty name.
 */
const printable = (text: string) =>
  text.replaceAll(/[\x00-\x1f\x7f<>]/g, "").replaceAll(/^[\s.,:;"\\']+|[\s.,:;"\\']+$/g, "") || "unknown";
