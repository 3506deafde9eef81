import { newId } from "../../ids.ts";
import {
  baseShaOf,
  type Checkout,
  siteOf,
  type TurnContext,
  tell,
  tellStep,
  temboIdentity,
} from "../turn-context.ts";
import type { CommittedHeads } from "./commit-work.ts";
export interface PublishedWork {
  readonly pullRequests: number;
  /** Branches that hold the work, with the repository's name. */
  readonly branches: readonly string[];
  /** The branch had moved in a way that cannot be merged; the work went to another one. */
  readonly rescued: readonly string[];
}

/** Pushes what was committed and opens or updates the pull requests; without `withPullRequests` the work is only saved. Safe to repeat. */
export async function publishWork(
  context: TurnContext,
  heads: CommittedHeads,
  options: { readonly withPullRequests: boolean },
  signal: AbortSignal,
): Promise<PublishedWork> {
  const changed = context.checkouts.filter(({ repository }) => heads[repository.id] !== undefined);
  if (changed.length === 0) return { pullRequests: 0, branches: [], rescued: [] };
  await tellStep(context, "publish", `Pushing ${changed.map(({ use }) => use.directory).join(", ")}.`);
  const branches: string[] = [];
  const rescued: string[] = [];
  let pullRequests = 0;
  for (const checkout of changed) {
    const { outcome, branch, sha } = await pushBranch(
      context,
      checkout,
      heads[checkout.repository.id]!,
      signal,
    );
    branches.push(`${checkout.use.directory}: ${branch}`);
    if (outcome === "rescued") rescued.push(`${checkout.use.directory}: ${branch}`);
    else if (options.withPullRequests && (await openPullRequest(context, checkout, sha))) pullRequests += 1;
    signal.throwIfAborted();
  }
  return { pullRequests, branches, rescued };
}

async function pushBranch(context: TurnContext, checkout: Checkout, sha: string, signal: AbortSignal) {
  const { use, repository, forge } = checkout;
  const rescueBranch = `${use.branchName}-rescued-${context.turn.id.slice(-8)}`;
  const pushed = await context.ports.git.push(
    {
      site: siteOf(context, checkout, context.ports.sandboxes.ownerOf(context.session.number)),
      remote: await forge.remote(repository),
      branch: use.branchName,
      rescueBranch,
      sha,
      author: temboIdentity,
    },
    signal,
  );
  const branch = pushed.outcome === "rescued" ? rescueBranch : use.branchName;
  await tell(context, `push:${repository.id}:${pushed.sha}`, {
    type: "branch.pushed",
    repository: use.directory,
    branch,
    sha: pushed.sha,
  });
  return { ...pushed, branch };
}

/** Find-or-create: a turn taken up again after it opened the pull request opens no second one. */
async function openPullRequest(context: TurnContext, checkout: Checkout, headSha: string): Promise<boolean> {
  const { ports, lease, session } = context;
  const { use, repository, forge } = checkout;
  if ((await baseShaOf(context, checkout)) === null) {
    await tell(context, `firstCommit:${repository.id}`, {
      type: "notice",
      message: `${use.directory} was empty, so there is nothing to open a pull request against; its first commits are on ${use.branchName}.`,
    });
    return false;
  }
  const current = await ports.store.sessions.get(session.id);
  const pullRequest =
    (await forge.findPullRequest(repository, use.branchName, use.targetBranch)) ??
    (await forge.createPullRequest(repository, {
      title: context.masker.mask(current.title),
      body: pullRequestBody(context),
      head: use.branchName,
      base: use.targetBranch,
      isDraft: false,
    }));
  if (pullRequest === null) return false;
  const known = (await ports.store.pullRequests.ofSession(session.id)).find(
    (candidate) => candidate.repositoryId === repository.id && candidate.number === pullRequest.number,
  );
  // Told before it is saved: taken up again in between, it still counts as newly opened, and the key keeps it from being told twice.
  await tell(context, `pullRequest:${repository.id}`, {
    type: known === undefined ? "pullRequest.opened" : "pullRequest.updated",
    repository: use.directory,
    number: pullRequest.number,
    url: pullRequest.url,
    title: pullRequest.title,
  });
  const { additions, deletions } = await diffStat(context, repository.id);
  const now = ports.clock.now();
  await ports.store.pullRequests.save(lease, {
    id: known?.id ?? newId(),
    organizationId: session.organizationId,
    sessionId: session.id,
    repositoryId: repository.id,
    number: pullRequest.number,
    url: pullRequest.url,
    title: pullRequest.title,
    body: pullRequest.body,
    status: pullRequest.status,
    externalId: pullRequest.externalId,
    isDraft: pullRequest.isDraft,
    isFromFork: pullRequest.isFromFork,
    mergeability: pullRequest.mergeability,
    author: pullRequest.author,
    reviewers: known?.reviewers ?? [],
    checks: { state: "none", failed: [] },
    forgeUpdatedAt: pullRequest.updatedAt,
    headBranch: pullRequest.head,
    baseBranch: pullRequest.base,
    headSha,
    additions,
    deletions,
    mergedAt: pullRequest.mergedAt,
    createdAt: known?.createdAt ?? now,
    updatedAt: now,
  });
  return true;
}

async function diffStat(context: TurnContext, repositoryId: string) {
  const { items } = await context.ports.store.diffs.list(context.session.id, { limit: 100 });
  const diff = items.find((candidate) => candidate.repositoryId === repositoryId);
  return { additions: diff?.additions ?? 0, deletions: diff?.deletions ?? 0 };
}

/** Masked before it is cut: half a secret would not be found. */
function pullRequestBody({ ports, session, message, masker }: TurnContext): string {
  return `${masker.mask(message.content).slice(0, 10_000).trim()}\n\n---\n[Session of Tembo](${ports.settings.publicUrl}/sessions/${session.id})\n`;
}
