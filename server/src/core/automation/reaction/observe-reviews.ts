import { isDeepStrictEqual } from "node:util";
import { AppError } from "../../base/index.ts";
import {
  changeReviewers,
  decideReviewers,
  type ForgeEvent,
  keepPendingReviewers,
  storeObserved,
} from "../../forges/index.ts";
import { type ForgeEventContext, type Handled, loadThreadContext } from "../conversation/thread-context.ts";
import type { AutomationPorts } from "../ports.ts";

/** Maximum number of times that the reviews are read while other events change the reviewers. */
const MAX_READS = 5;

/**
 * Reads all reviews from the forge, and stores the pull request's reviewers. Stores the pull request first if it is
 * unknown. Reads the reviews again if the reviewers changed in the meantime, because the forge may have returned the
 * list before it received the review that another event stored. Throws `unavailable` if they change during each of
 * `MAX_READS` reads, after which the caller retries. Idempotent.
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
  for (let read = 1; read <= MAX_READS; read += 1) {
    const known = await pullRequests.findByNumber(repository.id, event.number);
    if (known === null)
      return { outcome: `Pull request #${event.number} no longer exists.`, sessionId: null };
    const reviews = await threadContext.forge.listReviews(repository, event.number);
    const except = known.author === null ? [threadContext.ownId] : [threadContext.ownId, known.author.id];
    const reviewed = decideReviewers(reviews, except);
    const isStored = await changeReviewers(ports.store, known.id, (before) =>
      isDeepStrictEqual(before, known.reviewers)
        ? keepPendingReviewers(reviewed, before, event.review.author.id)
        : null,
    );
    if (isStored)
      return { outcome: `Pull request #${event.number} was reviewed.`, sessionId: known.sessionId };
  }
  throw new AppError(
    "unavailable",
    `The reviewers of pull request #${event.number} changed during each of ${MAX_READS} reads of its reviews. Redeliver the event.`,
  );
}
