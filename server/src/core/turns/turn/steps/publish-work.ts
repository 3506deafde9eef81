import { mapBounded } from "../../../../runtime/map-bounded.ts";
import { repositoryUrl } from "../../../forges/index.ts";
import { appendStepEvent } from "../../../sessions/index.ts";
import type { Checkout } from "../checkout.ts";
import { linkPullRequests } from "../publish/link-pull-requests.ts";
import { loadTurnAccount } from "../publish/load-turn-account.ts";
import { openPullRequest, type PullRequestWish } from "../publish/open-pull-request.ts";
import { pushBranch } from "../publish/push-branch.ts";
import type { TurnAccount } from "../publish/turn-account.ts";
import { saveCaptures } from "../saved-workspace/save-workspace.ts";
import { traced } from "../trace-part.ts";
import type { TurnContext } from "../turn-context.ts";
import { type CommittedHeads, maxRepositoriesAtOnce } from "./commit-work.ts";

export interface PublishedWork {
  readonly pullRequests: number;
  /** Commit of each pushed branch, with the folder of its repository. */
  readonly pushed: readonly { readonly directory: string; readonly sha: string; readonly branch: string }[];
  /** Branches that contain the work, each with the folder of its repository, such as "app: fix-login". */
  readonly branches: readonly string[];
  /**
   * Branches, in the same format, to which the work was pushed because the session's branch had moved and did not merge
   * cleanly.
   */
  readonly rescued: readonly string[];
}

interface PublishOptions {
  readonly withPullRequests: boolean;
  /** True to open new pull requests as drafts, regardless of the settings. */
  readonly asDraft?: boolean;
  readonly wish?: PullRequestWish;
}

/**
 * Pushes the committed work and opens or updates the pull requests. Without `withPullRequests`, only pushes the work.
 * If a repository fails, publishes the others before it throws. Safe to repeat.
 */
export async function publishWork(
  context: TurnContext,
  heads: CommittedHeads,
  options: PublishOptions,
  signal: AbortSignal,
): Promise<PublishedWork> {
  const changed = context.checkouts.filter(({ repository }) => heads[repository.id] !== undefined);
  if (changed.length === 0) return { pullRequests: 0, pushed: [], branches: [], rescued: [] };
  await appendStepEvent(context, "publish", `Pushing ${changed.map(({ use }) => use.directory).join(", ")}.`);
  const account = await loadTurnAccount(context);
  const published = await mapBounded(changed, maxRepositoriesAtOnce, (checkout) => {
    signal.throwIfAborted();
    const head = heads[checkout.repository.id]!;
    return tracedRepository(context, checkout, (traced) =>
      publishRepository(traced, checkout, { ...options, head, account }, signal),
    );
  });
  const pullRequests = published.filter(({ pullRequest }) => pullRequest !== null).length;
  if (pullRequests > 0) await linkPullRequests(context);
  // The published commits are part of what a capture continues from.
  await saveCaptures(context);
  return {
    pullRequests,
    pushed: published.map(({ pushed }) => pushed),
    branches: published.map(({ branch }) => branch),
    rescued: published.filter(({ isRescued }) => isRescued).map(({ branch }) => branch),
  };
}

type PublishedRepository = Awaited<ReturnType<typeof publishRepository>>;

async function publishRepository(
  context: TurnContext,
  checkout: Checkout,
  {
    head,
    account,
    wish,
    ...options
  }: PublishOptions & { readonly head: string; readonly account: TurnAccount },
  signal: AbortSignal,
) {
  const { directory } = checkout.use;
  const { outcome, branch, sha } = await pushBranch(context, checkout, head, signal);
  const isRescued = outcome === "rescued";
  const pushed = { headSha: sha, account, wish, asDraft: options.asDraft === true };
  const pullRequest =
    !isRescued && options.withPullRequests ? await openPullRequest(context, checkout, pushed, signal) : null;
  signal.throwIfAborted();
  return { pushed: { directory, sha, branch }, branch: `${directory}: ${branch}`, isRescued, pullRequest };
}

/** Traces the publication of one repository. Omits the branch, whose name comes from the message. */
function tracedRepository(
  context: TurnContext,
  { repository }: Checkout,
  publish: (traced: TurnContext) => Promise<PublishedRepository>,
): Promise<PublishedRepository> {
  const attributes = {
    "vcs.owner.name": repository.owner,
    "vcs.repository.name": repository.name,
    "vcs.repository.url.full": repositoryUrl(context.ports.settings.publicUrl, repository),
  };
  const describe = ({ pushed, pullRequest }: PublishedRepository) => ({
    attributes: {
      "vcs.ref.head.revision": pushed.sha,
      ...(pullRequest !== null && {
        "vcs.change.id": String(pullRequest.number),
        "tembo.pull_request.url": pullRequest.url,
      }),
    },
  });
  return traced(context, { name: "publish.repository", attributes, describe }, publish);
}
