import { isAbsolute } from "node:path";
import { AppError } from "../core/errors.ts";
import type { GitIdentity, GitRemote, GitSite } from "../core/ports/git.ts";
import { identityEnvironment } from "./capture.ts";
import { gitText, lastWords, runGit } from "./run-git.ts";

export interface PushInput {
  readonly site: GitSite;
  readonly remote: GitRemote;
  readonly branch: string;
  readonly rescueBranch: string;
  readonly sha: string;
  readonly author: GitIdentity;
}

export interface PushResult {
  readonly outcome: "pushed" | "merged" | "rescued";
  readonly sha: string;
}

/** A busy branch may move again between the comparison and the push: that often it is looked at anew. */
const maxAttempts = 5;

/** `refreshMirror` brings the remote's commits to where the capture repository can read them. */
export async function push(
  input: PushInput,
  refreshMirror: () => Promise<void>,
  signal: AbortSignal,
): Promise<PushResult> {
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const theirs = await remoteTip(input, input.branch, signal);
    const plan = await planPush(input, theirs, refreshMirror, signal);
    if (plan === "conflict") return rescue(input, refreshMirror, signal);
    if (plan.sha === theirs) return plan;
    if (await pushTo(input, input.branch, { sha: plan.sha, expected: theirs }, signal)) return plan;
  }
  throw new AppError(
    "git_failed",
    `The branch "${input.branch}" kept moving while it was pushed to. Try again in a while.`,
  );
}

/** What is to be on the branch afterwards, given what is there now. */
async function planPush(
  input: PushInput,
  theirs: string | null,
  refreshMirror: () => Promise<void>,
  signal: AbortSignal,
): Promise<PushResult | "conflict"> {
  const { sha } = input;
  if (theirs === null || theirs === sha) return { outcome: "pushed", sha };
  if (!(await has(input, theirs, signal))) await refreshMirror();
  if (await isAncestor(input, theirs, sha, signal)) return { outcome: "pushed", sha };
  // An earlier attempt got as far as pushing the merge.
  if (await isAncestor(input, sha, theirs, signal)) return { outcome: "merged", sha: theirs };
  const tree = await mergedTree(input, theirs, signal);
  if (tree === null) return "conflict";
  return { outcome: "merged", sha: await mergeCommit(input, tree, theirs, signal) };
}

/** Pushes the work where nothing is in its way; an older rescue is kept as a parent, never overwritten. */
async function rescue(
  input: PushInput,
  refreshMirror: () => Promise<void>,
  signal: AbortSignal,
): Promise<PushResult> {
  const gitDir = input.site.capturePath;
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const theirs = await remoteTip(input, input.rescueBranch, signal);
    let sha = input.sha;
    if (theirs !== null && theirs !== sha) {
      if (!(await has(input, theirs, signal))) await refreshMirror();
      if (await isAncestor(input, sha, theirs, signal)) return { outcome: "rescued", sha: theirs };
      if (!(await isAncestor(input, theirs, sha, signal))) {
        const tree = await gitText({
          gitDir,
          args: ["rev-parse", "--verify", "--end-of-options", `${sha}^{tree}`],
          signal,
        });
        sha = await mergeCommit(input, tree, theirs, signal);
      }
    }
    if (sha === theirs || (await pushTo(input, input.rescueBranch, { sha, expected: theirs }, signal)))
      return { outcome: "rescued", sha };
  }
  throw new AppError("git_failed", `The branch "${input.rescueBranch}" kept moving while it was pushed to.`);
}

async function remoteTip(input: PushInput, branch: string, signal: AbortSignal): Promise<string | null> {
  const { remote } = input;
  const ref = `refs/heads/${branch}`;
  const listing = await gitText({
    ...(isAbsolute(remote.url) ? { gitDir: remote.url } : {}),
    args: isAbsolute(remote.url)
      ? ["for-each-ref", "--format=%(objectname)%09%(refname)", ref]
      : ["ls-remote", "--quiet", "--end-of-options", remote.url, ref],
    remote,
    signal,
  });
  for (const line of listing.split("\n")) {
    const [sha, name] = line.split("\t");
    if (name === ref) return sha!;
  }
  return null;
}

async function has(input: PushInput, sha: string, signal: AbortSignal): Promise<boolean> {
  const args = ["cat-file", "-e", "--end-of-options", `${sha}^{commit}`];
  return (await runGit({ gitDir: input.site.capturePath, args, answers: [1, 128], signal })).code === 0;
}

async function isAncestor(
  input: PushInput,
  older: string,
  newer: string,
  signal: AbortSignal,
): Promise<boolean> {
  const args = ["merge-base", "--is-ancestor", "--end-of-options", older, newer];
  return (await runGit({ gitDir: input.site.capturePath, args, answers: [1], signal })).code === 0;
}

/** Null when the two do not merge cleanly, or have no history in common. */
async function mergedTree(input: PushInput, theirs: string, signal: AbortSignal): Promise<string | null> {
  const gitDir = input.site.capturePath;
  const common = await runGit({
    gitDir,
    args: ["merge-base", "--end-of-options", input.sha, theirs],
    answers: [1],
    signal,
  });
  if (common.code !== 0) return null;
  const args = ["merge-tree", "--write-tree", "--no-messages", "--end-of-options", input.sha, theirs];
  const merged = await runGit({ gitDir, args, answers: [1], signal });
  return merged.code === 0 ? merged.stdout.toString().trim() : null;
}

function mergeCommit(input: PushInput, tree: string, theirs: string, signal: AbortSignal): Promise<string> {
  return gitText({
    gitDir: input.site.capturePath,
    args: ["commit-tree", "-p", input.sha, "-p", theirs, "-F", "-", "--end-of-options", tree],
    stdin: `Merge the branch '${input.branch}' as it was moved meanwhile\n`,
    env: identityEnvironment(input.author),
    signal,
  });
}

/** False when the branch is no longer what it was compared with. Throws `push_rejected` when the remote will not have it. */
async function pushTo(
  input: PushInput,
  branch: string,
  change: { readonly sha: string; readonly expected: string | null },
  signal: AbortSignal,
): Promise<boolean> {
  const { remote } = input;
  const ref = `refs/heads/${branch}`;
  const pushed = await runGit({
    gitDir: input.site.capturePath,
    args: [
      "push",
      "--porcelain",
      "--no-verify",
      "--no-follow-tags",
      "--no-recurse-submodules",
      `--force-with-lease=${ref}:${change.expected ?? ""}`,
      ...(isAbsolute(remote.url) ? ["--receive-pack=git -c safe.directory=* receive-pack"] : []),
      "--end-of-options",
      remote.url,
      `${change.sha}:${ref}`,
    ],
    remote,
    answers: [1],
    signal,
  });
  if (pushed.code === 0) return true;
  const status = /^!\t[^\t]*\t(.*)$/m.exec(pushed.stdout.toString("utf8"))?.[1];
  if (status === undefined) throw new AppError("git_failed", `git push failed: ${lastWords(pushed.stderr)}`);
  if (/^\[rejected\]|cannot lock ref|failed to update ref|incorrect old value/.test(status)) return false;
  const words = pushed.stderr
    .split("\n")
    .filter((line) => line.startsWith("remote:"))
    .map((line) => line.slice("remote:".length).trim())
    .join(" ")
    .trim();
  throw new AppError(
    "push_rejected",
    `The remote refused the push to "${branch}" ${status.replace(/^\[remote rejected\] */, "")}${words ? `: ${words.slice(-600)}` : "."}`,
  );
}
