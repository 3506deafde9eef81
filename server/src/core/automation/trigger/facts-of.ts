import type { ForgeEvent, ForgeUser, Integration, Repository, TriggerFacts } from "../../forges/index.ts";
import type { AutomationQueries } from "../ports.ts";

/**
 * Returns facts for triggers that the event itself does not contain. A pull request counts as Tembo's if a session
 * works on it or Tembo's account opened it.
 */
export async function factsOf(
  store: Pick<AutomationQueries, "pullRequests">,
  integration: Pick<Integration, "account"> | null,
  repository: Pick<Repository, "id">,
  event: ForgeEvent,
): Promise<TriggerFacts> {
  const isOwn = (user: ForgeUser | null) =>
    user !== null && integration?.account != null && user.id === integration.account.id;
  const number = "pullRequest" in event ? event.pullRequest.number : null;
  const known = number === null ? null : await store.pullRequests.findByNumber(repository.id, number);
  return {
    isTemboPullRequest: isOwn("pullRequest" in event ? event.pullRequest.author : null) || !!known?.sessionId,
    isTemboIssue: isOwn("issue" in event ? event.issue.author : null),
    isTemboComment: isOwn("comment" in event ? event.comment.author : null),
  };
}
