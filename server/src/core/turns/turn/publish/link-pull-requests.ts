import type { PullRequest } from "../../../forges/index.ts";
import type { TurnContext } from "../turn-context.ts";
import { type LinkedPullRequest, withLinkTable } from "./link-table.ts";

/** Keeps the table of the session's pull requests up to date in each that the session opened and that is open. Safe to repeat. */
export async function linkPullRequests(context: TurnContext): Promise<void> {
  const { ports, session, lease, checkouts } = context;
  const all = await ports.store.pullRequests.ofSession(session.id);
  const linked = all.flatMap((pullRequest): LinkedPullRequest[] => {
    const checkout = checkouts.find(({ repository }) => repository.id === pullRequest.repositoryId);
    if (checkout === undefined) return [];
    const { owner, name } = checkout.repository;
    return [{ ...pullRequest, repository: `${owner}/${name}` }];
  });
  for (const pullRequest of all) {
    const checkout = checkouts.find(({ repository }) => repository.id === pullRequest.repositoryId);
    if (checkout === undefined || pullRequest.status !== "open" || isAnothers(context, pullRequest)) continue;
    // The usual one: alone, and never with a table.
    if (
      linked.length < 2 &&
      withLinkTable(pullRequest.body, linked, pullRequest.url) === pullRequest.body.trim()
    )
      continue;
    // Asked anew: people edit it too, and what they wrote stays.
    const current = await checkout.forge.getPullRequest(checkout.repository, pullRequest.number);
    if (current === null || current.status !== "open") continue;
    const body = withLinkTable(current.body, linked, pullRequest.url);
    if (body === current.body.trim()) continue;
    const updated = await checkout.forge.updatePullRequest(checkout.repository, pullRequest.number, { body });
    await ports.store.pullRequests.save(lease, {
      ...pullRequest,
      body: updated.body,
      forgeUpdatedAt: updated.updatedAt,
    });
  }
}

/** The pull request of a person, on whose branch the session works: its words are theirs. */
function isAnothers({ session }: Pick<TurnContext, "session">, pullRequest: PullRequest): boolean {
  const { source } = session;
  return (
    source?.kind === "pullRequest" &&
    source.repositoryId === pullRequest.repositoryId &&
    source.number === pullRequest.number
  );
}
