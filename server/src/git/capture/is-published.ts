import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../../core/base/index.ts";
import type { GitSite } from "../../core/forges/index.ts";
import { gitText } from "../process/run-git.ts";
import { has, treeOf } from "../push/merge.ts";
import { ownerOf } from "../workspace/checkout-files.ts";
import { isRealDirectory, objectName, readRegular, readWorkspaceHead } from "../workspace/workspace-head.ts";
import { makeAnnex } from "./annex.ts";
import { type CaptureState, isDirectory, readCapture } from "./capture-state.ts";
import { writeTree } from "./capture-tree.ts";

const maxRefs = 1_000;
const maxRefDepth = 20;
const maxRefsBytes = 16 * 1024 * 1024;

/**
 * Returns true if all work in a checkout has been published to the forge. This includes the commits of every branch, stashes and all files
 * that `.gitignore` does not exclude. Returns false if the checkout has submodules, files that are too large to capture or refs that cannot
 * be read. No program may run in the workspace during the call.
 */
export async function isPublished(
  input: { readonly site: GitSite; readonly branch: string },
  log: Logger,
  signal: AbortSignal,
): Promise<boolean> {
  const { site, branch } = input;
  const known = await readCapture(site.capturePath, branch, signal);
  const isThere = await isDirectory(site.checkoutPath);
  if (known === null) return !isThere;
  if (known.headSha !== known.publishedSha) return false;
  if (!isThere) return true;
  const gitDir = join(site.checkoutPath, ".git");
  if (!(await isRealDirectory(gitDir)) || (await hasSubmodules(site))) return false;
  if ((await readWorkspaceHead(gitDir)) !== known.headSha) return false;
  for (const sha of await listOwnRefs(gitDir)) {
    if (sha !== known.headSha && !(await has(site, sha, signal))) return false;
  }
  return isTreeOf(input, known, log, signal);
}

async function isTreeOf(
  { site, branch }: { readonly site: GitSite; readonly branch: string },
  { headSha }: CaptureState,
  log: Logger,
  signal: AbortSignal,
): Promise<boolean> {
  const annex = await makeAnnex(site, branch);
  try {
    const { tree, tooLarge } = await writeTree(headSha, { site, annex, log }, signal);
    if (tooLarge.length > 0) return false;
    if (headSha !== null) return tree === (await treeOf(site, headSha, signal));
    const git = { gitDir: annex.gitDir, as: ownerOf(site), isScratch: true, signal };
    return tree === (await gitText({ ...git, args: ["hash-object", "-t", "tree", "--stdin"], stdin: "" }));
  } finally {
    await rm(annex.path, { recursive: true, force: true });
  }
}

/** Returns true if the checkout contains a `.gitmodules` file. The files of submodules are not captured. */
async function hasSubmodules({ checkoutPath }: GitSite): Promise<boolean> {
  return (await readRegular(join(checkoutPath, ".gitmodules"), maxRefsBytes)) !== null;
}

/**
 * Returns the commits of the checkout's own branches and of its stash. The result contains "unknown" if a ref cannot be
 * read, if there are too many refs or if their folders are nested too deeply.
 */
async function listOwnRefs(gitDir: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const packed = (await readRegular(join(gitDir, "packed-refs"), maxRefsBytes)) ?? "";
  for (const line of packed.split("\n")) {
    const [sha = "", name = ""] = line.split(" ");
    if (name.startsWith("refs/heads/") || name === "refs/stash") found.add(sha);
  }
  const walk = async (folder: string, depth: number): Promise<void> => {
    if (!(await isRealDirectory(folder))) return;
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (found.size > maxRefs || depth > maxRefDepth) found.add("unknown");
      else if (entry.isDirectory()) await walk(path, depth + 1);
      else found.add(shaOf(await readRegular(path, 4_096)));
    }
  };
  await walk(join(gitDir, "refs/heads"), 0);
  const stash = await readRegular(join(gitDir, "refs/stash"), 4_096);
  if (stash !== null) found.add(shaOf(stash));
  return found;
}

const shaOf = (text: string | null) => {
  const sha = text?.trim() ?? "";
  return objectName.test(sha) ? sha : "unknown";
};
