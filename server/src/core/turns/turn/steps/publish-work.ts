import { appendStepEvent } from "../../../sessions/index.ts";
import { linkPullRequests } from "../publish/link-pull-requests.ts";
import { loadTurnAccount } from "../publish/load-turn-account.ts";
import { openPullRequest, type PullRequestWish } from "../publish/open-pull-request.ts";
import { pushBranch } from "../publish/push-branch.ts";
import { saveCaptures } from "../saved-workspace/save-workspace.ts";
import type { TurnContext } from "../turn-context.ts";
import type { CommittedHeads } from "./commit-work.ts";

export interface PublishedWork {
  readonly pullRequests: number;
  /** Commit of each pushed branch, with the folder of its repository. */
  readonly pushed: readonly { readonly directory: string; readonly sha: string }[];
  /** Branches that contain the work, each with the folder of its repository, such as "app: fix-login". */
  readonly branches: readonly string[];
  /**
   * Branches, in the same format, to which the work was pushed because the session's branch had moved and did not merge
   * cleanly.
   */
  readonly rescued: readonly string[];
}

/**
 * Pushes the committed work and opens or updates the pull requests. Without `withPullRequests`, only pushes the work.
 * Safe to repeat.
 */
export async function publishWork(
  context: TurnContext,
  heads: CommittedHeads,
  options: {
    readonly withPullRequests: boolean;
    /** True to open new pull requests as drafts, regardless of the settings. */
    readonly asDraft?: boolean;
    readonly wish?: PullRequestWish;
  },
  signal: AbortSignal,
): Promise<PublishedWork> {
  const changed = context.checkouts.filter(({ repository }) => heads[repository.id] !== undefined);
  if (changed.length === 0) return { pullRequests: 0, pushed: [], branches: [], rescued: [] };
  await appendStepEvent(context, "publish", `Pushing ${changed.map(({ use }) => use.directory).join(", ")}.`);
  const account = await loadTurnAccount(context);
  const branches: string[] = [];
  const rescued: string[] = [];
  const pushed: { directory: string; sha: string }[] = [];
  let pullRequests = 0;
  for (const checkout of changed) {
    const { outcome, branch, sha } = await pushBranch(
      context,
      checkout,
      heads[checkout.repository.id]!,
      signal,
    );
    pushed.push({ directory: checkout.use.directory, sha });
    branches.push(`${checkout.use.directory}: ${branch}`);
    if (outcome === "rescued") rescued.push(`${checkout.use.directory}: ${branch}`);
    else if (options.withPullRequests) {
      const isOpen = await openPullRequest(
        context,
        checkout,
        { headSha: sha, account, wish: options.wish, asDraft: options.asDraft === true },
        signal,
      );
      if (isOpen) pullRequests += 1;
    }
    signal.throwIfAborted();
  }
  if (pullRequests > 0) await linkPullRequests(context);
  // The published commits are part of what a capture continues from.
  await saveCaptures(context);
  return { pullRequests, pushed, branches, rescued };
}
