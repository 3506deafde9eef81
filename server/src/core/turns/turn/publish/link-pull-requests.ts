import type { PullRequest } from "../../../forges/index.ts";
import type { TurnContext } from "../turn-context.ts";
import { type LinkedPullRequest, withLinkTable } from "./link-table.ts";

/**
 * Updates the table of the session's pull requests in the body of each open pull request of the session, except the
 * pull request that started it. Safe to repeat.
 */
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
    // Common case: a single pull request that never had a table.
    if (
      linked.length < 2 &&
      withLinkTable(pullRequest.body, linked, pullRequest.url) === pullRequest.body.trim()
    )
      continue;
    // Reads the body again, because people also edit it and their text must be kept.
    const current = await checkout.forge.findPullRequestByNumber(checkout.repository, pullRequest.number);
    if (current === null || current.status !== "open") continue;
    const body = withLinkTable(current.body, linked, pullRequest.url);
    if (body === current.body.trim()) continue;
    const updated = await checkout.forge.updatePullRequest(checkout.repository, pullRequest.number, { body });
    // Keeps `forgeUpdatedAt`, because events before this update may still arrive with other changes.
    await ports.store.pullRequests.setBody(lease, pullRequest.id, {
      body: updated.body,
      at: updated.updatedAt,
    });
  }
}

/** True for the pull request that started the session. Tembo must not change its text. */
function isAnothers({ session }: Pick<TurnContext, "session">, pullRequest: PullRequest): boolean {
  const { source } = session;
  return (
    source?.kind === "pullRequest" &&
    source.repositoryId === pullRequest.repositoryId &&
    source.number === pullRequest.number
  );
}
