import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError, type Logger, reason } from "../../core/base/index.ts";
import type { ChangedFile, GitIdentity, GitSite } from "../../core/forges/index.ts";
import { gitText, runGit } from "../process/run-git.ts";
import { shallowFile } from "../remote/shallow.ts";
import { advanceWorkspace } from "../workspace/advance-workspace.ts";
import { ownerOf } from "../workspace/checkout-files.ts";
import { readWorkspaceHead } from "../workspace/workspace-head.ts";
import { type Annex, keptIndexOf, makeAnnex, writeAnnexRepository } from "./annex.ts";
import { isDirectory, readCapture } from "./capture-state.ts";
import { type WrittenTree, writeTree } from "./capture-tree.ts";
import { addedFiles, changedFiles } from "./changed-files.ts";
import { copyWorkspaceObjects } from "./copy-objects.ts";
import { keepIndex } from "./kept-index.ts";
import { leaveOutRefused, type RefusedObjects, refusedObjects } from "./refused-objects.ts";
import { takeIn } from "./take-in.ts";
import { treeChanges } from "./tree-changes.ts";

export interface CaptureInput {
  readonly site: GitSite;
  readonly branch: string;
  readonly message: string | ((files: readonly ChangedFile[]) => Promise<string>);
  readonly author: GitIdentity;
  readonly committer: GitIdentity;
  /** OpenSSH private key. Without a key, commits are not signed. */
  readonly signingKey?: string | null;
}

export interface CaptureResult {
  readonly headSha: string | null;
  /** Messages for users about omitted files, lost commits or missing signatures. */
  readonly notices: readonly string[];
}

/**
 * Captures the workspace's commits and files. Git never opens the workspace's repository. Instead, this function copies its objects as plain
 * files to an annex, where git runs as the workspace's user. Transfers the new objects to the capture repository as a single verified pack,
 * and then moves the branch in both repositories to the new commit. Throws `git_failed` if the capture repository does not exist.
 */
export async function capture(input: CaptureInput, log: Logger, signal: AbortSignal): Promise<CaptureResult> {
  const { site, branch } = input;
  const known = await readCapture(site.capturePath, branch, signal);
  if (!known)
    throw new AppError(
      "git_failed",
      `The capture repository ${site.capturePath} does not exist. Create the checkout first.`,
    );
  if (!(await isDirectory(site.checkoutPath))) {
    log.warn({ checkoutPath: site.checkoutPath }, "the checkout is missing; nothing to capture");
    return { headSha: known.headSha, notices: [] };
  }
  const workspaceHead = await readWorkspaceHead(join(site.checkoutPath, ".git"));
  const annex = await makeAnnex(site, branch);
  const work = { input, workspaceHead, annex, log, signal };
  const notices: string[] = [];
  try {
    if (workspaceHead !== null && workspaceHead !== known.headSha) {
      try {
        return await captureOnto(workspaceHead, known.headSha, work);
      } catch (cause) {
        signal.throwIfAborted();
        // The history was rewritten, broken or forged. Captures only the files, on top of the known commit.
        log.warn(
          { branch, reason: reason(cause) },
          "the workspace's history cannot be captured; its files are captured on top of the known commit",
        );
        const refused = refusedObjects(cause);
        if (refused !== null) notices.push(lostHistory(refused));
        await emptyAnnex(annex, site, branch);
      }
    }
    const captured = await captureFiles(known.headSha, work);
    return { ...captured, notices: [...notices, ...captured.notices] };
  } finally {
    await rm(annex.path, { recursive: true, force: true });
  }
}

interface Work {
  readonly input: CaptureInput;
  readonly workspaceHead: string | null;
  readonly annex: Annex;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Objects whose files the capture omits. */
  readonly refused?: RefusedObjects;
}

/** Captures the files on top of the known commit. Omits files that git rejects, and lists them in a notice. */
async function captureFiles(known: string | null, work: Work): Promise<CaptureResult> {
  try {
    return await captureOnto(known, known, work);
  } catch (cause) {
    const refused = refusedObjects(cause);
    if (refused === null) throw cause;
    work.log.warn({ branch: work.input.branch, words: refused.words }, "git rejects files of the workspace");
    await emptyAnnex(work.annex, work.input.site, work.input.branch);
    return captureOnto(known, known, { ...work, refused });
  }
}

async function emptyAnnex(annex: Annex, site: GitSite, branch: string): Promise<void> {
  await rm(annex.gitDir, { recursive: true, force: true });
  await rm(annex.indexFile, { force: true });
  for (const name of await readdir(annex.path))
    if (name.startsWith("pack-")) await rm(join(annex.path, name), { force: true });
  writeAnnexRepository(annex, site, branch);
}

const lostHistory = ({ words }: RefusedObjects) =>
  `The agent's own commits could not be kept, because git rejects one of their objects (${words}). The files are saved in one commit.`;

const maxNamed = 5;
const leftOut = (paths: readonly string[], { words }: RefusedObjects) =>
  `Omitted from the commit, because git rejects these files (${words}): ${paths.slice(0, maxNamed).join(", ")}${paths.length > maxNamed ? ` and ${paths.length - maxNamed} more` : ""}.`;

/**
 * Commits the work tree on top of `tip`, adds the new commits to the capture repository and moves the workspace's branch. Throws `git_failed`
 * if `tip` is not `known` or one of its descendants.
 */
async function captureOnto(tip: string | null, known: string | null, work: Work): Promise<CaptureResult> {
  const { input, annex, log, signal } = work;
  const { site, branch } = input;
  const owner = ownerOf(site);
  const git = {
    gitDir: annex.gitDir,
    shallowFile: shallowFile(site.mirrorPath),
    as: owner,
    isScratch: true,
    signal,
  };
  if (tip !== known) {
    const gitDir = join(site.checkoutPath, ".git");
    await copyWorkspaceObjects({ gitDir, to: join(annex.gitDir, "objects"), owner }, signal);
    if (known !== null)
      await runGit({ ...git, args: ["merge-base", "--is-ancestor", "--end-of-options", known, tip!] });
  }
  let written = await writeTree(tip, { site, annex, log }, signal);
  const notices: string[] = [];
  if (work.refused !== undefined) {
    const index = { ...git, indexFile: annex.indexFile, workTree: site.checkoutPath };
    const left = await leaveOutRefused(index, work.refused);
    const changes = tip === null ? null : await treeChanges(git, tip, left.tree);
    written = { ...written, tree: left.tree, changes };
    notices.push(leftOut(left.paths, work.refused));
  }
  let head = await commitTree(written, tip, work);
  if (head !== null && head !== known) {
    const hasOwnCommits = tip !== known;
    const { committer } = input;
    const signingKey = input.signingKey ?? null;
    const taken = await takeIn(
      { site, branch, annex, head, known, hasOwnCommits, committer, signingKey },
      signal,
    );
    head = taken.head;
    if (taken.notice !== null) notices.push(taken.notice);
  }
  const { tree, links } = written;
  const { indexFile, createdAtNs: readFrom } = annex;
  await keepIndex(indexFile, keptIndexOf(site), { tree, links, readFrom });
  if (head !== null && head !== work.workspaceHead) {
    try {
      await advanceWorkspace({ site, branch, head, annexPath: annex.path, indexFile, readFrom }, signal);
    } catch (cause) {
      signal.throwIfAborted();
      // The work has been captured. The next capture continues from this commit, regardless of the workspace's branch.
      log.warn(
        { branch, reason: reason(cause) },
        "the workspace's branch could not be moved to the captured commit",
      );
    }
  }
  return { headSha: head, notices };
}

/**
 * Commits the tree, and returns the new commit. Returns the tip if it has the same files, or null if there is no tip and the tree is empty.
 */
async function commitTree(
  { tree, changes }: WrittenTree,
  tip: string | null,
  work: Work,
): Promise<string | null> {
  const { input, annex, signal } = work;
  const git = { gitDir: annex.gitDir, as: ownerOf(input.site), isScratch: true, signal };
  if (changes === null) {
    const empty = await gitText({ ...git, args: ["hash-object", "-t", "tree", "--stdin"], stdin: "" });
    if (tree === empty) return null;
  } else if (changes.length === 0) return tip;
  const { message } = input;
  const text =
    typeof message === "string"
      ? message
      : await message(changes === null ? await addedFiles(git, tree) : changedFiles(changes));
  return gitText({
    ...git,
    args: ["commit-tree", "-F", "-", ...(tip === null ? [] : ["-p", tip]), "--end-of-options", tree],
    stdin: `${text.replaceAll("\0", "").trimEnd()}\n`,
    env: identityEnvironment(input.author, input.committer),
  });
}

export function identityEnvironment(author: GitIdentity, committer: GitIdentity): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: committer.name,
    GIT_COMMITTER_EMAIL: committer.email,
  };
}
