import type { GitIdentity, GitSite } from "../../core/forges/index.ts";
import { identityEnvironment } from "../capture/capture.ts";
import { gitText, runGit } from "../process/run-git.ts";
import { hasCommonCommit, shallowFile } from "../remote/shallow.ts";

/** Returns true if the capture repository, or the mirror in its alternates, contains this commit. */
export async function has(site: GitSite, sha: string, signal: AbortSignal): Promise<boolean> {
  const args = ["cat-file", "-e", "--end-of-options", `${sha}^{commit}`];
  return (await runGit({ ...captured(site, signal), args, answers: [1, 128] })).code === 0;
}

export async function isAncestor(
  site: GitSite,
  older: string,
  newer: string,
  signal: AbortSignal,
): Promise<boolean> {
  const args = ["merge-base", "--is-ancestor", "--end-of-options", older, newer];
  return (await runGit({ ...captured(site, signal), args, answers: [1] })).code === 0;
}

export function haveCommon(site: GitSite, one: string, other: string, signal: AbortSignal): Promise<boolean> {
  return hasCommonCommit(captured(site, signal), one, other);
}

export function treeOf(site: GitSite, sha: string, signal: AbortSignal): Promise<string> {
  const args = ["rev-parse", "--verify", "--end-of-options", `${sha}^{tree}`];
  return gitText({ ...captured(site, signal), args });
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
