import { AppError } from "../../core/base/index.ts";
import type { GitIdentity, GitSite } from "../../core/forges/index.ts";
import { countLinear } from "../../host-git/objects/linear-history.ts";
import { findObject } from "../../host-git/objects/read-object.ts";
import { identityEnvironment } from "../capture/capture.ts";
import { gitText, runGit } from "../process/run-git.ts";
import { objectsIn } from "../read/objects.ts";
import { hasCommonCommit, shallowFile } from "../remote/shallow.ts";

/** Maximum number of commits to follow without starting git. */
const maxLinearCommits = 10;

/** Returns true if the capture repository, or the mirror in its alternates, contains this commit. */
export async function has({ capturePath }: GitSite, sha: string, signal: AbortSignal): Promise<boolean> {
  return (await findObject(objectsIn(capturePath), `${sha}^{commit}`, signal)) !== null;
}

export async function isAncestor(
  site: GitSite,
  older: string,
  newer: string,
  signal: AbortSignal,
): Promise<boolean> {
  const range = { older, newer, maxCommits: maxLinearCommits };
  if ((await countLinear(objectsIn(site.capturePath), range, signal)) !== null) return true;
  const args = ["merge-base", "--is-ancestor", "--end-of-options", older, newer];
  return (await runGit({ ...captured(site, signal), args, answers: [1] })).code === 0;
}

export function haveCommon(site: GitSite, one: string, other: string, signal: AbortSignal): Promise<boolean> {
  return hasCommonCommit(captured(site, signal), one, other);
}

export async function treeOf({ capturePath }: GitSite, sha: string, signal: AbortSignal): Promise<string> {
  const tree = await findObject(objectsIn(capturePath), `${sha}^{tree}`, signal);
  if (tree === null) throw new AppError("git_failed", `The commit ${sha} or its files are missing.`);
  return tree.id;
}

/** Returns the merged tree, or null if the two commits conflict or have no common history. */
export async function mergedTree(
  site: GitSite,
  ours: string,
  theirs: string,
  signal: AbortSignal,
): Promise<string | null> {
  if (!(await haveCommon(site, ours, theirs, signal))) return null;
  const args = ["merge-tree", "--write-tree", "--no-messages", "--end-of-options", ours, theirs];
  const merged = await runGit({ ...captured(site, signal), args, answers: [1] });
  return merged.code === 0 ? merged.stdout.toString().trim() : null;
}

export function commitOf(
  site: GitSite,
  commit: {
    readonly tree: string;
    readonly parents: readonly string[];
    readonly message: string;
    readonly author: GitIdentity;
  },
  signal: AbortSignal,
): Promise<string> {
  const parents = commit.parents.flatMap((parent) => ["-p", parent]);
  return gitText({
    ...captured(site, signal),
    args: ["commit-tree", ...parents, "-F", "-", "--end-of-options", commit.tree],
    stdin: commit.message,
    env: identityEnvironment(commit.author, commit.author),
  });
}

/** Returns the options for running git in a capture repository, with the shallow boundary of its mirror. */
export const captured = ({ capturePath, mirrorPath }: GitSite, signal: AbortSignal) => ({
  gitDir: capturePath,
  shallowFile: shallowFile(mirrorPath),
  signal,
});
