import { decideReviewers, type ForgeEvent, keepPendingReviewers, storeObserved } from "../../forges/index.ts";
import { type ForgeEventContext, type Handled, loadThreadContext } from "../conversation/thread-context.ts";
import type { AutomationPorts } from "../ports.ts";

/** Requests the summary of all reviews from the forge, and stores it with the pull request. Idempotent. */
export async function observeReviews(
  ports: AutomationPorts,
  news: ForgeEventContext<Extract<ForgeEvent, { type: "review.submitted" }>>,
): Promise<Handled> {
  const { repository, event } = news;
  const { pullRequests } = ports.store;
  const scene = await loadThreadContext(ports, news);
  if ((await pullRequests.findByNumber(repository.id, event.number)) === null) {
    const told = await scene.forge.getPullRequest(repository, event.number);
    if (told !== null) await storeObserved(ports, repository, told);
  }
  const known = await pullRequests.findByNumber(repository.id, event.number);
  if (known === null)
    return { outcome: `Pull request #${event.number} is no longer there.`, sessionId: null };
  const reviews = await scene.forge.listReviews(repository, event.number);
  const except = known.author === null ? [scene.ownId] : [scene.ownId, known.author.id];
  const said = decideReviewers(reviews, except);
  await pullRequests.setReviewers(
    known.id,
    keepPendingReviewers(said, known.reviewers, event.review.author.id),
  );
  return { outcome: `Pull request #${event.number} was reviewed.`, sessionId: known.sessionId };
}
