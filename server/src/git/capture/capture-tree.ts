import { rm } from "node:fs/promises";
import type { Logger } from "../../core/base/index.ts";
import type { GitSite } from "../../core/forges/index.ts";
import { findObject } from "../../host-git/objects/read-object.ts";
import { runGit } from "../process/run-git.ts";
import { objectsIn } from "../read/objects.ts";
import { shallowFile } from "../remote/shallow.ts";
import { ownerOf } from "../workspace/checkout-files.ts";
import { give } from "../workspace/write-repository.ts";
import { type Annex, keptIndexOf } from "./annex.ts";
import { changedWhileRead, type IndexRecord, reuseIndex } from "./kept-index.ts";
import { keepPointers } from "./lfs-pointers.ts";
import { scanWorkspace, type WorkspaceScan } from "./scan-workspace.ts";
import { writeSnapshot } from "./snapshot.ts";
import { type TreeChange, treeChanges } from "./tree-changes.ts";

export interface WrittenTree {
  readonly tree: string;
  /** Differences from the tree of `tip`, or null if there is no tip. */
  readonly changes: readonly TreeChange[] | null;
  /** Submodules in the index. */
  readonly links: readonly string[];
  /** Files that were too large to capture. */
  readonly tooLarge: readonly string[];
}

/** Writes the contents of a work tree as a tree for a commit on top of `tip`. The annex must contain the objects of `tip`. */
export async function writeTree(
  tip: string | null,
  { site, annex, log }: { readonly site: GitSite; readonly annex: Annex; readonly log: Logger },
  signal: AbortSignal,
): Promise<WrittenTree> {
  const owner = ownerOf(site);
  const { gitDir, indexFile } = annex;
  const workTree = site.checkoutPath;
  const index = {
    ...{ gitDir, indexFile, workTree, shallowFile: shallowFile(site.mirrorPath) },
    ...{ as: owner, isScratch: true, signal },
  };
  const { scan, reused } = await startIndex(tip !== null, { site, annex }, signal);
  const isAtTip = reused !== null && reused.tree === (await treeIn(site, tip!, signal));
  if (tip !== null && !isAtTip)
    await runGit({ ...index, args: ["read-tree", "--reset", "--end-of-options", tip] });
  const known = { scan, links: isAtTip ? reused.links : null };
  const { tree, links } = await writeSnapshot({ gitDir, workTree, indexFile, owner, log, ...known }, signal);
  const { tooLarge } = scan;
  if (tip === null) return { tree, changes: null, links, tooLarge };
  const changes = await treeChanges(index, tip, tree);
  const check = { git: index, capturePath: site.capturePath, workTree, changes };
  const restored = await keepPointers(check, signal);
  if (restored === null) return { tree, changes, links, tooLarge };
  return { tree: restored, changes: await treeChanges(index, tip, restored), links, tooLarge };
}

/** Scans the work tree, and copies the last capture's index to the annex if git can rely on it. */
async function startIndex(
  mayReuse: boolean,
  { site, annex }: { readonly site: GitSite; readonly annex: Annex },
  signal: AbortSignal,
): Promise<{ readonly scan: WorkspaceScan; readonly reused: IndexRecord | null }> {
  const { indexFile } = annex;
  const record = mayReuse ? await reuseIndex(keptIndexOf(site), indexFile) : null;
  const recent = record && changedWhileRead(record);
  const scan = await scanWorkspace({ workTree: site.checkoutPath, owner: ownerOf(site), recent }, signal);
  if (record === null || !scan.isComplete) {
    await rm(indexFile, { force: true });
    return { scan, reused: null };
  }
  give(indexFile, ownerOf(site));
  return { scan, reused: record };
}

/** Returns the tree of a commit, or null if only the annex contains the commit. */
async function treeIn({ capturePath }: GitSite, tip: string, signal: AbortSignal): Promise<string | null> {
  return (await findObject(objectsIn(capturePath), `${tip}^{tree}`, signal))?.id ?? null;
}
