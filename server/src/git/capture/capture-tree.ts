import type { Logger } from "../../core/base/index.ts";
import type { GitSite } from "../../core/forges/index.ts";
import { runGit } from "../process/run-git.ts";
import { shallowFile } from "../remote/shallow.ts";
import { ownerOf } from "../workspace/checkout-files.ts";
import { type Annex, reuseIndex } from "./annex.ts";
import { keepPointers } from "./lfs-pointers.ts";
import { writeSnapshot } from "./snapshot.ts";
import { type TreeChange, treeChanges } from "./tree-changes.ts";

export interface WrittenTree {
  readonly tree: string;
  /** Differences from the tree of `tip`, or null if there is no tip. */
  readonly changes: readonly TreeChange[] | null;
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
  if (tip !== null) {
    await reuseIndex(site, annex);
    await runGit({ ...index, args: ["read-tree", "--reset", "--end-of-options", tip] });
  }
  const tree = await writeSnapshot({ gitDir, workTree, indexFile, owner, log }, signal);
  if (tip === null) return { tree, changes: null };
  const changes = await treeChanges(index, tip, tree);
  const check = { git: index, capturePath: site.capturePath, workTree, changes };
  const restored = await keepPointers(check, signal);
  if (restored === null) return { tree, changes };
  return { tree: restored, changes: await treeChanges(index, tip, restored) };
}
