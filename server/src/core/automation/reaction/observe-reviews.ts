import {
  changeReviewers,
  decideReviewers,
  type ForgeEvent,
  keepPendingReviewers,
  storeObserved,
} from "../../forges/index.ts";
import { type ForgeEventContext, type Handled, loadThreadContext } from "../conversation/thread-context.ts";
import type { AutomationPorts } from "../ports.ts";

/**
 * Reads all reviews from the forge, and stores the pull request's reviewers. Stores the pull request first if it is
 * unknown. Idempotent.
 */
export async function observeReviews(
  ports: AutomationPorts,
  eventContext: ForgeEventContext<Extract<ForgeEvent, { type: "review.submitted" }>>,
): Promise<Handled> {
  const { repository, event } = eventContext;
  const { pullRequests } = ports.store;
  const threadContext = await loadThreadContext(ports, eventContext);
  if ((await pullRequests.findByNumber(repository.id, event.number)) === null) {
    const pullRequest = await threadContext.forge.findPullRequestByNumber(repository, event.number);
    if (pullRequest !== null) await storeObserved(ports, repository, pullRequest);
  }
  const known = await pullRequests.findByNumber(repository.id, event.number);
  if (known === null) return { outcome: `Pull request #${event.number} no longer exists.`, sessionId: null };
  const reviews = await threadContext.forge.listReviews(repository, event.number);
  const except = known.author === null ? [threadContext.ownId] : [threadContext.ownId, known.author.id];
  const reviewed = decideReviewers(reviews, except);
  await changeReviewers(ports.store, known.id, (before) =>
    keepPendingReviewers(reviewed, before, event.review.author.id),
  );
  return { outcome: `Pull request #${event.number} was reviewed.`, sessionId: known.sessionId };
}
