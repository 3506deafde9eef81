import { access, chmod, mkdtemp, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError, reason } from "../core/errors.ts";
import type { GitIdentity, GitSite } from "../core/ports/git.ts";
import type { Logger } from "../core/ports/logger.ts";
import { advanceWorkspace } from "./advance-workspace.ts";
import { copyIndex, isDirectory, ownerOf, readCapture } from "./checkout.ts";
import { copyWorkspaceObjects } from "./copy-objects.ts";
import { gitText, runGit } from "./run-git.ts";
import { writeSnapshot } from "./snapshot.ts";
import { readWorkspaceHead } from "./workspace-head.ts";
import { give, writeRepository } from "./write-repository.ts";

export interface CaptureInput {
  readonly site: GitSite;
  readonly branch: string;
  readonly message: string;
  readonly author: GitIdentity;
}

/** A repository of one capture: the workspace's user may read and write it, the sandbox cannot reach it. */
interface Annex {
  readonly path: string;
  readonly gitDir: string;
  readonly indexFile: string;
}

/**
 * No git ever opens the workspace's repository. Its objects are copied as plain files into an annex, where git works as the
 * workspace's user; from there one checked pack goes into the capture repository, and then its branch moves on.
 */
export async function capture(
  input: CaptureInput,
  log: Logger,
  signal: AbortSignal,
): Promise<{ readonly headSha: string | null }> {
  const { site, branch } = input;
  const known = await readCapture(site.capturePath, branch, signal);
  if (!known)
    throw new AppError(
      "git_failed",
      `There is no capture repository at ${site.capturePath}. Create the checkout first.`,
    );
  if (!(await isDirectory(site.checkoutPath))) {
    log.warn({ checkoutPath: site.checkoutPath }, "the checkout is gone: nothing to capture");
    return { headSha: known.headSha };
  }
  const workspaceHead = await readWorkspaceHead(join(site.checkoutPath, ".git"));
  const annex = await makeAnnex(site, branch);
  const work = { input, workspaceHead, annex, log, signal };
  try {
    if (workspaceHead !== null && workspaceHead !== known.headSha) {
      try {
        return await captureOnto(workspaceHead, known.headSha, work);
      } catch (cause) {
        signal.throwIfAborted();
        // Rewritten, broken or forged: what the files say is kept, on top of what is known.
        log.warn({ branch, reason: reason(cause) }, "the workspace's history cannot be kept; its files are");
        await rm(annex.gitDir, { recursive: true, force: true });
        await rm(annex.indexFile, { force: true });
        writeAnnexRepository(annex, site, branch);
      }
    }
    return await captureOnto(known.headSha, known.headSha, work);
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
}

/** Commits the work tree onto `tip`, which is `known` or something of the workspace that continues it. */
async function captureOnto(
  tip: string | null,
  known: string | null,
  work: Work,
): Promise<{ readonly headSha: string | null }> {
  const { input, annex, log, signal } = work;
  const { site, branch } = input;
  const owner = ownerOf(site);
  const git = { gitDir: annex.gitDir, as: owner, isScratch: true, signal };
  if (tip !== known) {
    const gitDir = join(site.checkoutPath, ".git");
    await copyWorkspaceObjects({ gitDir, to: join(annex.gitDir, "objects"), owner }, signal);
    if (known !== null)
      await runGit({ ...git, args: ["merge-base", "--is-ancestor", "--end-of-options", known, tip!] });
  }
  const index = { ...git, workTree: site.checkoutPath, indexFile: annex.indexFile };
  if (tip !== null) {
    await reuseIndex(site, annex);
    await runGit({ ...index, args: ["read-tree", "--reset", "--end-of-options", tip] });
  }
  const tree = await writeSnapshot(
    { gitDir: annex.gitDir, workTree: site.checkoutPath, indexFile: annex.indexFile, owner, log },
    signal,
  );
  const head = await commitTree(tree, tip, work);
  if (head !== null && head !== known) await takeIn(head, known, tip !== known, work);
  await keepIndex(site, annex);
  if (head !== null && head !== work.workspaceHead) {
    try {
      await advanceWorkspace(
        { site, branch, head, annexPath: annex.path, indexFile: annex.indexFile },
        signal,
      );
    } catch (cause) {
      signal.throwIfAborted();
      // The work is safe; the next capture continues from here whatever the workspace's branch says.
      log.warn(
        { branch, reason: reason(cause) },
        "the workspace's branch could not be brought to what was captured",
      );
    }
  }
  return { headSha: head };
}

/** The tip itself when it holds the very tree, null when there is nothing at all. */
async function commitTree(tree: string, tip: string | null, work: Work): Promise<string | null> {
  const { input, annex, signal } = work;
  const git = { gitDir: annex.gitDir, as: ownerOf(input.site), isScratch: true, signal };
  if (tip === null) {
    const empty = await gitText({ ...git, args: ["hash-object", "-t", "tree", "--stdin"], stdin: "" });
    if (tree === empty) return null;
  } else if (
    tree === (await gitText({ ...git, args: ["rev-parse", "--verify", "--end-of-options", `${tip}^{tree}`] }))
  )
    return tip;
  return gitText({
    ...git,
    args: ["commit-tree", "-F", "-", ...(tip === null ? [] : ["-p", tip]), "--end-of-options", tree],
    stdin: `${input.message.replaceAll("\0", "").trimEnd()}\n`,
    env: identityEnvironment(input.author),
  });
}

export function identityEnvironment({ name, email }: GitIdentity): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
}

/** Copies new commits into the capture repository, every object checked (git-fsck), and moves its branch if it is still where it was. */
async function takeIn(head: string, known: string | null, hasOwnCommits: boolean, work: Work): Promise<void> {
  const { input, annex, signal } = work;
  const { capturePath, mirrorPath } = input.site;
  const excluded = known === null ? [] : [known];
  if (hasOwnCommits) {
    // The harness may have merged other branches: what the mirror has is not taken in twice.
    const heads = await gitText({
      gitDir: mirrorPath,
      args: ["for-each-ref", "--count=1000", "--sort=-committerdate", "--format=%(objectname)", "refs/heads"],
      signal,
    });
    excluded.push(...heads.split("\n").filter((sha) => sha !== ""));
  }
  const packed = await gitText({
    gitDir: annex.gitDir,
    as: ownerOf(input.site),
    isScratch: true,
    args: ["pack-objects", "--quiet", "--revs", join(annex.path, "pack")],
    stdin: `${[head, ...excluded.map((sha) => `^${sha}`)].join("\n")}\n`,
    signal,
  });
  if (packed !== "") {
    const pack = await open(join(annex.path, `pack-${packed}.pack`), "r");
    try {
      await runGit({
        gitDir: capturePath,
        args: ["index-pack", "--stdin", "--strict"],
        stdin: pack.fd,
        signal,
      });
    } finally {
      await pack.close();
    }
  }
  const zero = "0".repeat(head.length);
  const update = {
    gitDir: capturePath,
    args: ["update-ref", "--end-of-options", `refs/heads/${input.branch}`, head, known ?? zero],
    signal,
  };
  // A killed server may have left the lock file; the exclusive run clears it away.
  if ((await runGit({ ...update, answers: [128] })).code !== 0)
    await runGit({ ...update, isExclusive: true });
}

async function makeAnnex(site: GitSite, branch: string): Promise<Annex> {
  const path = await mkdtemp(`${site.capturePath}.annex-`);
  await chmod(path, 0o755);
  give(path, ownerOf(site));
  const annex = { path, gitDir: join(path, "git"), indexFile: join(path, "index") };
  writeAnnexRepository(annex, site, branch);
  return annex;
}

function writeAnnexRepository(annex: Annex, site: GitSite, branch: string): void {
  writeRepository(annex.gitDir, {
    isBare: true,
    branch,
    alternates: [site.capturePath],
    owner: ownerOf(site),
  });
}

/** The index of the last capture knows which files are unchanged, so that they need not be read again. */
async function reuseIndex(site: GitSite, annex: Annex): Promise<void> {
  const kept = join(site.capturePath, "index");
  if (!(await exists(kept))) return;
  await copyIndex(kept, annex.indexFile);
  give(annex.indexFile, ownerOf(site));
}

async function keepIndex(site: GitSite, annex: Annex): Promise<void> {
  const next = join(site.capturePath, "index.new");
  if (!(await exists(annex.indexFile))) return;
  await copyIndex(annex.indexFile, next);
  await rename(next, join(site.capturePath, "index"));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
