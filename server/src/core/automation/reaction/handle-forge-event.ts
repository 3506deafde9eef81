import { type ForgeEvent, forgeOf } from "../../forges/index.ts";
import { handleCheck } from "../conversation/checks/handle-check.ts";
import { resolveReview } from "../conversation/resolve-review.ts";
import { talk } from "../conversation/talk.ts";
import { type ForgeEventContext, type Handled, nothing } from "../conversation/thread-context.ts";
import type { AutomationPorts } from "../ports.ts";
import { observePullRequest } from "./observe-pull-request.ts";
import { observeReviews } from "./observe-reviews.ts";
import { refreshProjects } from "./refresh-projects.ts";

/**
 * Handles a repository event: turns mentions into messages, tracks pull requests, requests fixes for failed checks, and refreshes projects
 * after pushes.
 * Idempotent per delivery, even after a crash and for concurrent calls. Throws the errors of the forge and the store,
 * after which the caller retries.
 */
export async function handleForgeEvent(
  ports: AutomationPorts,
  eventContext: ForgeEventContext,
): Promise<Handled> {
  const { event } = eventContext;
  switch (event.type) {
    case "pullRequest.opened":
    case "pullRequest.ready":
    case "pullRequest.updated":
    case "pullRequest.synchronized":
    case "pullRequest.closed":
    case "pullRequest.merged":
    case "pullRequest.reopened":
      return observePullRequest(ports, { ...eventContext, event });
    case "review.submitted": {
      const observed = await observeReviews(ports, { ...eventContext, event });
      const handled = await talkInReview(ports, { ...eventContext, event });
      return "kind" in handled || handled.outcome !== null ? handled : observed;
    }
    case "comment.created":
    case "issue.opened":
      return talk(ports, { ...eventContext, event });
    case "check.completed":
      return handleCheck(ports, { ...eventContext, event });
    case "branch.pushed":
      return refreshProjects(ports, { ...eventContext, event });
    default:
      return { outcome: null, sessionId: null };
  }
}

/**
 * Handles a review whose summary or inline comments may mention Tembo. If there is a mention, the whole review becomes
 * one message.
 */
async function talkInReview(
  ports: AutomationPorts,
  eventContext: ForgeEventContext<Extract<ForgeEvent, { type: "review.submitted" }>>,
): Promise<Handled> {
  const { repository, event } = eventContext;
  if (repository.enabledAt === null) return talk(ports, eventContext);
  const { review, newComments } = await resolveReview(await forgeOf(ports, repository), repository, event);
  const handled = await talk(ports, { ...eventContext, event: { ...event, review } });
  if ("kind" in handled || handled.outcome !== null) return handled;
  const thread = { kind: "pullRequest", number: event.number } as const;
  for (const comment of newComments) {
    const reply = await talk(ports, {
      ...eventContext,
      event: { ...event, type: "comment.created", thread, comment },
    });
    if ("kind" in reply || reply.outcome !== null) return reply;
  }
  return nothing;
}
