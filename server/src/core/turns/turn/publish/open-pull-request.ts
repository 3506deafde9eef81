import { effectiveSettings } from "../../../accounts/index.ts";
import { newId } from "../../../base/index.ts";
import { type ForgePullRequest, mergeReviewRequests, type PullRequest } from "../../../forges/index.ts";
import { appendEvent } from "../../../sessions/index.ts";
import { baseShaOf, type Checkout, targetBranchOf } from "../checkout.ts";
import type { TurnContext } from "../turn-context.ts";
import { siteOf } from "../workspace-layout.ts";
import { composeBody } from "./compose-body.ts";
import { decideTitle, withoutProposal } from "./decide-title.ts";
import { commonTemplatePaths } from "./fill-template.ts";
import type { TurnAccount } from "./turn-account.ts";

const MAX_TEMPLATE_BYTES = 64 * 1024;

/** Title and body that the harness requests. If a value is null, Tembo composes it from the turn's records. */
export interface PullRequestWish {
  readonly title: string | null;
  readonly body: string | null;
}

interface Pushed {
  readonly headSha: string;
  readonly account: TurnAccount;
  readonly wish: PullRequestWish | undefined;
  readonly asDraft: boolean;
}

/**
 * Updates the existing pull request or creates one, and saves it. Searches first, so that a resumed turn does not open
 * a second one. Returns null if there are no changes. Also returns null, after appending a notice, if the repository
 * was empty.
 */
export async function openPullRequest(
  context: TurnContext,
  checkout: Checkout,
  pushed: Pushed,
  signal: AbortSignal,
): Promise<Pick<ForgePullRequest, "number" | "url"> | null> {
  const { use, repository } = checkout;
  if ((await baseShaOf(context, checkout)) === null) {
    await appendEvent(context, `firstCommit:${repository.id}`, {
      type: "notice",
      message: `${use.directory} was empty, so there is no branch to open a pull request against. Its first commits are on ${use.branchName}.`,
    });
    return null;
  }
  const base = await targetBranchOf(context, checkout);
  const pullRequest =
    (await findAndChange(context, checkout, base, pushed.wish)) ??
    (await create(context, checkout, { ...pushed, base }, signal));
  if (pullRequest !== null) await record(context, checkout, pullRequest, pushed.headSha);
  return pullRequest;
}

/** Returns the existing pull request, updated with the requested title and body, or null if there is none. */
async function findAndChange(
  { masker }: Pick<TurnContext, "masker">,
  { use, repository, forge }: Checkout,
  base: string,
  wish: PullRequestWish | undefined,
): Promise<ForgePullRequest | null> {
  const found = await forge.findPullRequest(repository, use.branchName, base);
  if (found === null || wish === undefined || (wish.title === null && wish.body === null)) return found;
  return forge.updatePullRequest(repository, found.number, {
    ...(wish.title !== null && { title: masker.mask(wish.title) }),
    ...(wish.body !== null && { body: masker.mask(wish.body) }),
  });
}

async function create(
  context: TurnContext,
  checkout: Checkout,
  { headSha, account, wish, asDraft, base }: Pushed & { readonly base: string },
  signal: AbortSignal,
): Promise<ForgePullRequest | null> {
  const { ports, session, message, masker, organization } = context;
  const { use, repository, forge } = checkout;
  const settings = effectiveSettings(ports, organization);
  const current = await ports.store.sessions.get(session.id);
  const template = await ports.git.findFile(
    {
      site: siteOf(context, checkout),
      commit: headSha,
      // Includes the template paths of every forge, because a repository may have moved between forges.
      paths: [
        ...ports.forgeKinds.flatMap(({ descriptor }) => descriptor.templatePaths),
        ...commonTemplatePaths,
      ],
      maxBytes: MAX_TEMPLATE_BYTES,
    },
    signal,
  );
  const made = await forge.createPullRequest(repository, {
    // Masks before truncating, because masking cannot find a part of a secret.
    title:
      wish?.title != null
        ? masker.mask(wish.title)
        : decideTitle({
            sessionTitle: masker.mask(current.title),
            rule: masker.mask(settings.prTitleInstructions),
            answer: masker.mask(account.answer),
          }),
    body: composeBody({
      template: template === null ? null : masker.mask(template),
      request: masker.mask(message.source === null ? message.content : current.title),
      account: { ...account, answer: masker.mask(wish?.body ?? withoutProposal(account.answer)) },
      sessionUrl: `${ports.settings.publicUrl}/sessions/${session.id}`,
      login: settings.featureMentionAuthor ? (message.author?.login ?? null) : null,
      source: session.source,
      isOwnIssue: session.source?.repositoryId === repository.id,
    }),
    head: use.branchName,
    base,
    isDraft: settings.draftPrs || asDraft,
  });
  const { labels, reviewers } = repository.settings;
  if (made === null || (labels.length === 0 && reviewers.length === 0)) return made;
  return forge.updatePullRequest(repository, made.number, { labels, reviewers });
}

async function record(
  context: TurnContext,
  { use, repository }: Checkout,
  pullRequest: ForgePullRequest,
  headSha: string,
): Promise<void> {
  const { ports, lease, session } = context;
  const known = await ports.store.pullRequests.findByNumber(repository.id, pullRequest.number);
  // Appends the event before it saves the pull request. A turn that is resumed in between still counts the pull request
  // as newly opened, and the key prevents a second event.
  await appendEvent(context, `pullRequest:${repository.id}`, {
    type: known?.sessionId === session.id ? "pullRequest.updated" : "pullRequest.opened",
    repository: use.directory,
    number: pullRequest.number,
    url: pullRequest.url,
    title: pullRequest.title,
  });
  const { additions, deletions } = await diffStat(context, repository.id);
  const now = ports.clock.now();
  const saved: PullRequest = {
    id: known?.id ?? newId(),
    organizationId: session.organizationId,
    sessionId: session.id,
    repositoryId: repository.id,
    number: pullRequest.number,
    externalId: pullRequest.externalId,
    url: pullRequest.url,
    title: pullRequest.title,
    body: pullRequest.body,
    status: pullRequest.status,
    isDraft: pullRequest.isDraft,
    headBranch: pullRequest.head,
    baseBranch: pullRequest.base,
    // Uses the commit that was just pushed, because the forge may not have processed it yet.
    headSha,
    isFromFork: pullRequest.isFromFork,
    mergeability: pullRequest.mergeability,
    author: pullRequest.author,
    reviewers: mergeReviewRequests(known?.reviewers ?? [], pullRequest.reviewRequests),
    checks: { state: "none", failed: [] },
    additions,
    deletions,
    mergedAt: pullRequest.mergedAt,
    forgeUpdatedAt: pullRequest.updatedAt,
    createdAt: known?.createdAt ?? now,
    updatedAt: now,
  };
  await ports.store.pullRequests.save(lease, saved);
}

async function diffStat(context: Pick<TurnContext, "ports" | "session">, repositoryId: string) {
  const { items } = await context.ports.store.diffs.list(context.session.id, { limit: 100 });
  const diff = items.find((candidate) => candidate.repositoryId === repositoryId);
  return { additions: diff?.additions ?? 0, deletions: diff?.deletions ?? 0 };
}
