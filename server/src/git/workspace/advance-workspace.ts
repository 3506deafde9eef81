import { chmod, lstat, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError, reason, withReason } from "../../core/base/index.ts";
import type { GitSite } from "../../core/forges/index.ts";
import { listRefs } from "../remote/mirror.ts";
import { readShallow } from "../remote/shallow.ts";
import { checkoutConfigFile, checkoutRepository, copyIndex, ownerOf } from "./checkout-files.ts";
import { removeRepository } from "./remove-repository.ts";
import { runAsOwner } from "./run-as-owner.ts";
import { areRealDirectories, objectName, readRegular } from "./workspace-head.ts";
import { give, writeRepository } from "./write-repository.ts";

/**
 * Shell script that adds the packs, moves the branch, makes HEAD refer to it and then replaces the index. If there is a new index, first
 * removes leftover lock files and the state of an unfinished merge, rebase, cherry-pick or revert. Git created the index for these files, so
 * `git status` is clean afterwards. Runs as the workspace's user and without git, so it has no more permissions than the harness.
 */
const advanceScript = `
set -e
annex=$1 branch=$2
cd "$3"
if [ -f "$annex/next-index" ]; then
  for left in MERGE_HEAD MERGE_MSG MERGE_MODE CHERRY_PICK_HEAD REVERT_HEAD AUTO_MERGE rebase-merge rebase-apply sequencer \
    index.lock HEAD.lock "refs/heads/$branch.lock"; do
    if [ -e "$left" ] && ! rm -rf -- "$left" 2>/dev/null; then
      find -P "$left" -type d ! -perm -u=rwx -execdir chmod u+rwx '{}' ';'
      rm -rf -- "$left"
    fi
  done
fi
set -- "$annex"/pack-*.pack "$annex"/pack-*.idx
if [ -f "$1" ]; then cp -- "$@" objects/pack/; fi
ref=refs/heads/$branch
if [ -f "$annex/next-shallow" ]; then mv -fT -- "$annex/next-shallow" shallow; fi
if [ ! -d "\${ref%/*}" ]; then mkdir -p -- "\${ref%/*}"; fi
mv -fT -- "$annex/next-ref" "$ref"
head=
if [ -f HEAD ] && [ ! -L HEAD ]; then head=$(head -c 4096 HEAD | tr -d "\\000"); fi
if [ "$head" != "ref: $ref" ]; then mv -fT -- "$annex/next-head" HEAD; fi
if [ -f "$annex/next-index" ]; then mv -fT -- "$annex/next-index" index; fi`;

export interface Advance {
  readonly site: GitSite;
  readonly branch: string;
  readonly head: string;
  /** Folder with the packs and the index of the capture. */
  readonly annexPath: string;
  readonly indexFile: string;
  /** Time before git read the first file for the index, in nanoseconds since 1970. */
  readonly readFrom: bigint;
}

/**
 * Moves the workspace's own branch to the captured commit, so that the harness's next commit builds on it. Recreates a repository that the
 * harness has broken or removed. Its other branches are then lost, but its work has been captured. Throws `git_failed` if the branch cannot
 * be moved.
 */
export async function advanceWorkspace(advance: Advance, signal: AbortSignal): Promise<void> {
  const { site } = advance;
  const gitDir = join(site.checkoutPath, ".git");
  if (!(await areRealDirectories(gitDir, ["", "objects", "objects/pack", "refs", "refs/heads"])))
    await remakeRepository(advance, gitDir, signal);
  await copyIndex(advance.indexFile, join(advance.annexPath, "next-index"), advance.readFrom);
  give(join(advance.annexPath, "next-index"), ownerOf(site));
  await moveOn(advance, gitDir, signal);
}

/**
 * Moves only the workspace's branch, to a commit in the mirror with the same files, and adds the mirror's shallow boundary. Changes neither
 * the index nor uncommitted changes. Throws `git_failed` if the repository is broken or the branch cannot be moved.
 */
export async function pointWorkspace(
  point: Omit<Advance, "indexFile" | "annexPath" | "readFrom">,
  signal: AbortSignal,
): Promise<void> {
  const { site } = point;
  const annexPath = await mkdtemp(`${site.capturePath}.annex-`);
  try {
    await chmod(annexPath, 0o755);
    give(annexPath, ownerOf(site));
    await pointThrough({ ...point, annexPath }, signal);
  } finally {
    await rm(annexPath, { recursive: true, force: true });
  }
}

async function pointThrough(
  advance: Omit<Advance, "indexFile" | "readFrom">,
  signal: AbortSignal,
): Promise<void> {
  const { site, annexPath } = advance;
  const gitDir = join(site.checkoutPath, ".git");
  if (!(await areRealDirectories(gitDir, ["", "objects", "objects/pack", "refs", "refs/heads"])))
    throw new AppError("git_failed", `${gitDir} is no longer a repository.`);
  const cuts = await readShallow(site.mirrorPath);
  if (cuts !== "") {
    const own = (await readRegular(join(gitDir, "shallow"), maxShallowBytes)) ?? "";
    const all = new Set([...cuts.split("\n"), ...own.split("\n")].filter((line) => objectName.test(line)));
    await writeFile(join(annexPath, "next-shallow"), [...all].map((sha) => `${sha}\n`).join(""));
    give(join(annexPath, "next-shallow"), ownerOf(site));
  }
  await moveOn(advance, gitDir, signal);
}

const maxShallowBytes = 16 * 1024 * 1024;

async function moveOn(
  advance: Omit<Advance, "indexFile" | "readFrom">,
  gitDir: string,
  signal: AbortSignal,
): Promise<void> {
  const { site, branch } = advance;
  await refuseLinks(gitDir, branch);
  const next = (name: string) => join(advance.annexPath, name);
  await writeFile(next("next-ref"), `${advance.head}\n`);
  await writeFile(next("next-head"), `ref: refs/heads/${branch}\n`);
  for (const name of ["next-ref", "next-head"]) give(next(name), ownerOf(site));
  try {
    const script = { script: advanceScript, args: [advance.annexPath, branch, gitDir] };
    await runAsOwner({ ...script, ...(process.getuid?.() === 0 && { user: ownerOf(site) }) }, signal);
  } catch (cause) {
    signal.throwIfAborted();
    const words = withReason("The workspace's branch could not be moved", reason(cause).slice(-600));
    throw new AppError("git_failed", words, { cause });
  }
}

async function remakeRepository(advance: Advance, gitDir: string, signal: AbortSignal): Promise<void> {
  const { site, branch } = advance;
  const refs = await listRefs(site.mirrorPath, signal);
  const config = await readFile(join(site.capturePath, checkoutConfigFile), "utf8");
  const shallow = await readShallow(site.mirrorPath);
  const made = join(advance.annexPath, "remade");
  writeRepository(made, checkoutRepository({ site, branch, config, shallow }, refs));
  await removeRepository(gitDir, ownerOf(site), signal);
  await rename(made, gitDir);
}

/** Throws `git_failed` if a parent folder of the branch is a link or a file, because a link would redirect the write. */
async function refuseLinks(gitDir: string, branch: string): Promise<void> {
  const steps = ["refs", "heads", ...branch.split("/")];
  for (let depth = 1; depth < steps.length; depth++) {
    const path = join(gitDir, ...steps.slice(0, depth));
    const found = await lstat(path).catch((cause) => {
      if (cause.code === "ENOENT") return null;
      throw cause;
    });
    if (found && !found.isDirectory()) throw new AppError("git_failed", `${path} is no longer a folder.`);
  }
}
