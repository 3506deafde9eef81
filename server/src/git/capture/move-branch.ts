import type { GitSite } from "../../core/forges/index.ts";
import { runGit } from "../process/run-git.ts";
import { publishedRef } from "./capture-state.ts";

/** Moves a branch of the capture repository from `known` to `head`, or creates it if `known` is null. Throws `git_failed` if it has moved. */
export async function moveBranch(
  { site, branch }: { readonly site: GitSite; readonly branch: string },
  known: string | null,
  head: string,
  signal: AbortSignal,
): Promise<void> {
  const before = known ?? "0".repeat(head.length);
  const args = ["update-ref", "--end-of-options", `refs/heads/${branch}`, head, before];
  const update = { gitDir: site.capturePath, args, signal };
  // A killed server may have left the lock file. The exclusive run removes it.
  if ((await runGit({ ...update, answers: [128] })).code !== 0)
    await runGit({ ...update, isExclusive: true });
}

/** Records the branch's commit that was pushed to the forge. `createCheckout` returns this commit, so that the next turn pushes all later work. */
export async function notePublished(site: GitSite, sha: string, signal: AbortSignal): Promise<void> {
  const update = {
    gitDir: site.capturePath,
    args: ["update-ref", "--end-of-options", publishedRef, sha],
    signal,
  };
  if ((await runGit({ ...update, answers: [128] })).code !== 0)
    await runGit({ ...update, isExclusive: true });
}
