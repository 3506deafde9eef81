import { AppError, type Logger } from "../../core/base/index.ts";
import type { GitIdentity, GitSite } from "../../core/forges/index.ts";
import { notePublished } from "../capture/move-branch.ts";
import type { LocatedRemote } from "../remote/locate-remote.ts";
import { nameOf, pushAdvice } from "../remote/remote-error.ts";
import { remoteTip } from "../remote/remote-tip.ts";
import { isShallow } from "../remote/shallow.ts";
import { signCommits } from "../sign/sign-commits.ts";
import { commitOf, has, haveCommon, isAncestor, mergedTree, treeOf } from "./merge.ts";
import { replacesOwnPushes } from "./own-pushes.ts";
import { pushTo } from "./push-to.ts";

export interface PushInput {
  readonly site: GitSite;
  readonly remote: LocatedRemote;
  readonly branch: string;
  readonly rescueBranch: string;
  readonly sha: string;
  /** Author and committer of merge commits. */
  readonly author: GitIdentity;
  /** OpenSSH private key that signs merge commits. Without a key, merge commits are not signed. */
  readonly signingKey?: string | null;
}

export interface PushResult {
  readonly outcome: "pushed" | "merged" | "rescued";
  readonly sha: string;
}

/** Fetches commits from the remote, so that the capture repository can use them. */
export interface MirrorAccess {
  refresh(branch: string): Promise<void>;
  /** Fetches older commits of a shallow mirror until the histories are connected or a limit is reached. */
  deepen(branch: string, isConnected: () => Promise<boolean>): Promise<void>;
}

interface Plan extends PushResult {
  /** True if the push replaces commits on the branch that the session itself pushed. */
  readonly isReplacing?: boolean;
}

/** Maximum number of attempts. A busy branch may move again between planning and the push. */
const maxAttempts = 5;

export async function push(
  input: PushInput,
  mirror: MirrorAccess,
  log: Logger,
  signal: AbortSignal,
): Promise<PushResult> {
  const result = await pushSomewhere(input, mirror, log, signal);
  // Records the work's own commit, even if the push merged this commit or used another branch.
  await notePublished(input.site, input.sha, signal);
  return result;
}

async function pushSomewhere(
  input: PushInput,
  mirror: MirrorAccess,
  log: Logger,
  signal: AbortSignal,
): Promise<PushResult> {
  let mayReplace = true;
  const seen = new Set<string | null>();
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const theirs = await remoteTip(
      { remote: input.remote, branch: input.branch, isPartOfPush: true },
      signal,
    );
    seen.add(theirs);
    const plan = await planPush(input, { theirs, mayReplace }, mirror, log, signal);
    if (plan === "conflict") return rescue(input, mirror, log, signal);
    const { outcome, sha } = plan;
    if (sha === theirs) return { outcome, sha };
    try {
      if (await pushTo(input, input.branch, { sha, expected: theirs }, signal)) return { outcome, sha };
    } catch (cause) {
      // The branch does not allow force pushes. The next attempt merges instead.
      if (!plan.isReplacing || !(cause instanceof AppError) || cause.code !== "push_rejected") throw cause;
      mayReplace = false;
    }
  }
  throw notTaken(input, seen.size > 1);
}

/**
 * Returns the error for a branch that rejected every push. Git's message for a branch that has moved is the same as for a branch that is
 * hidden from the client. `hasMoved` is true if the branch changed between attempts.
 */
function notTaken({ branch, remote }: PushInput, hasMoved: boolean): AppError {
  if (hasMoved)
    return new AppError(
      "git_failed",
      `The branch "${branch}" changed repeatedly during the push. Try again later.`,
    );
  return new AppError(
    "push_rejected",
    `The remote does not accept pushes to "${branch}" of ${nameOf(remote)}. ${pushAdvice("protected branch")}`,
  );
}

/** Decides what to push, based on the branch's current head. Fetches missing commits, and creates a merge commit if necessary. */
async function planPush(
  input: PushInput,
  { theirs, mayReplace }: { readonly theirs: string | null; readonly mayReplace: boolean },
  mirror: MirrorAccess,
  log: Logger,
  signal: AbortSignal,
): Promise<Plan | "conflict"> {
  const { site, sha } = input;
  if (theirs === null || theirs === sha) return { outcome: "pushed", sha };
  if (!(await has(site, theirs, signal))) await mirror.refresh(input.branch);
  if (await isShallow(site.mirrorPath))
    await mirror.deepen(input.branch, () => haveCommon(site, sha, theirs, signal));
  if (await isAncestor(site, theirs, sha, signal)) return { outcome: "pushed", sha };
  // An earlier attempt has already pushed the merge.
  if (await isAncestor(site, sha, theirs, signal)) return { outcome: "merged", sha: theirs };
  if (await replacesOwnPushes(input, theirs, signal)) {
    if (mayReplace) return { outcome: "pushed", sha, isReplacing: true };
    const tree = await treeOf(site, sha, signal);
    return { outcome: "merged", sha: await mergeCommit(input, { tree, theirs }, log, signal) };
  }
  const tree = await mergedTree(site, sha, theirs, signal);
  if (tree === null) return "conflict";
  return { outcome: "merged", sha: await mergeCommit(input, { tree, theirs }, log, signal) };
}

/**
 * Pushes the work to the rescue branch. If the rescue branch contains other commits, pushes a merge commit with the work's files, so that
 * nothing is overwritten.
 */
async function rescue(
  input: PushInput,
  mirror: MirrorAccess,
  log: Logger,
  signal: AbortSignal,
): Promise<PushResult> {
  const { site, rescueBranch } = input;
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const theirs = await remoteTip(
      { remote: input.remote, branch: rescueBranch, isPartOfPush: true },
      signal,
    );
    let sha = input.sha;
    if (theirs !== null && theirs !== sha) {
      if (!(await has(site, theirs, signal))) await mirror.refresh(rescueBranch);
      if (await isAncestor(site, sha, theirs, signal)) return { outcome: "rescued", sha: theirs };
      if (!(await isAncestor(site, theirs, sha, signal))) {
        const tree = await treeOf(site, sha, signal);
        sha = await mergeCommit(input, { tree, theirs }, log, signal);
      }
    }
    if (sha === theirs || (await pushTo(input, rescueBranch, { sha, expected: theirs }, signal)))
      return { outcome: "rescued", sha };
  }
  throw new AppError(
    "git_failed",
    `The branch "${rescueBranch}" changed repeatedly during the push. Try again later.`,
  );
}

async function mergeCommit(
  input: PushInput,
  { tree, theirs }: { readonly tree: string; readonly theirs: string },
  log: Logger,
  signal: AbortSignal,
): Promise<string> {
  const { site, sha, author } = input;
  const message = `Merge remote changes to branch '${input.branch}'\n`;
  const merge = await commitOf(site, { tree, parents: [sha, theirs], message, author }, signal);
  const signingKey = input.signingKey ?? null;
  if (signingKey === null) return merge;
  const signing = { site, head: merge, known: [sha, theirs], committer: author, signingKey };
  const { head, notice } = await signCommits(signing, signal);
  if (notice !== null)
    log.warn({ branch: input.branch, notice }, "a merge commit is pushed without a signature");
  return head;
}
