import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { GitSite } from "../../core/forges/index.ts";
import { makeAnnex } from "../capture/annex.ts";
import { isDirectory, readCapture } from "../capture/capture-state.ts";
import { runGit } from "../process/run-git.ts";
import { shallowFile } from "../remote/shallow.ts";
import { advanceWorkspace } from "../workspace/advance-workspace.ts";
import { ownerOf } from "../workspace/checkout-files.ts";
import { readWorkspaceHead } from "../workspace/workspace-head.ts";

/**
 * Moves the branch of a restored checkout to the captured head, if its files were saved before the capture. Otherwise, the
 * harness would see captured files as new ones. A checkout with commits that were not captured yet stays as it is.
 */
export async function advanceRestored(site: GitSite, branch: string, signal: AbortSignal): Promise<void> {
  if (!(await isDirectory(site.checkoutPath))) return;
  const head = (await readCapture(site.capturePath, branch, signal))?.headSha ?? null;
  const own = await readWorkspaceHead(join(site.checkoutPath, ".git"));
  if (head === null || own === null || own === head) return;
  const isBehind = await runGit({
    gitDir: site.capturePath,
    shallowFile: shallowFile(site.mirrorPath),
    args: ["merge-base", "--is-ancestor", "--end-of-options", own, head],
    answers: [1, 128],
    signal,
  });
  if (isBehind.code !== 0) return;
  const annex = await makeAnnex(site, branch);
  const git = {
    gitDir: annex.gitDir,
    shallowFile: shallowFile(site.mirrorPath),
    as: ownerOf(site),
    isScratch: true,
    signal,
  };
  try {
    const args = ["pack-objects", "--quiet", "--revs", "--non-empty", join(annex.path, "pack")];
    await runGit({ ...git, args, stdin: `${head}\n^${own}\n`, folder: annex.path });
    const { indexFile } = annex;
    await runGit({ ...git, args: ["read-tree", "--end-of-options", head], indexFile });
    const readFrom = annex.createdAtNs;
    await advanceWorkspace({ site, branch, head, annexPath: annex.path, indexFile, readFrom }, signal);
  } finally {
    await rm(annex.path, { recursive: true, force: true });
  }
}
