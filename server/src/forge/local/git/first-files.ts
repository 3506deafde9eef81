import { AppError } from "../../../core/base/index.ts";
import type { NewFile } from "../../../core/forges/index.ts";
import { makeTree, writeBlob } from "./objects.ts";
import { branchSha, type Identity, makeCommit, moveRef } from "./plumbing.ts";

/** Commits files to a new branch. Does nothing if the branch exists. Throws `forge_failed` if git rejects a path. */
export async function commitFirstFiles(
  gitDir: string,
  branch: string,
  { files, author }: { readonly files: readonly NewFile[]; readonly author: Identity },
): Promise<void> {
  if ((await branchSha(gitDir, branch)) !== null) return;
  const entries = [];
  for (const { path, text } of files)
    entries.push({ path, mode: "100644", sha: await writeBlob(gitDir, Buffer.from(text)) });
  const tree = await makeTree(gitDir, null, entries);
  if (tree === null) throw new AppError("forge_failed", "git could not write the repository's first files.");
  const sha = await makeCommit(gitDir, {
    tree,
    parents: [],
    message: "Add the first files\n",
    author,
    committer: author,
  });
  await moveRef(gitDir, `refs/heads/${branch}`, { from: null, to: sha });
}
