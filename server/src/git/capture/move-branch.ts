import type { GitSite } from "../../core/forges/index.ts";
import { runGit } from "../process/run-git.ts";
import { publishedRef } from "./capture-state.ts";

/** Moves a branch of the capture repository that is where it was known to be; null makes it. */
export async function moveBranch(
  { site, branch }: { readonly site: GitSite; readonly branch: string },
  known: string | null,
  head: string,
  signal: AbortSignal,
): Promise<void> {
  const before = known ?? "0".repeat(head.length);
  const args = ["update-ref", "--end-of-options", `refs/heads/${branch}`, head, before];
  const update = { gitDir: site.capturePath, args, signal };
  // A killed server may have left the lock file; the exclusive run clears it away.
  if ((await runGit({ ...update, answers: [128] })).code !== 0)
    await runGit({ ...update, isExclusive: true });
}

/** Remembers what of the branch has reached the forge, so that work which did not is pushed by the next turn. */
export async function notePublished(site: GitSite, sha: string, signal: AbortSignal): Promise<void> {
  const update = {
    gitDir: site.capturePath,
    args: ["update-ref", "--end-of-options", publishedRef, sha],
    signal,
  };
  if ((await runGit({ ...update, answers: [128] })).code !== 0)
    await runGit({ ...update, isExclusive: true });
}
