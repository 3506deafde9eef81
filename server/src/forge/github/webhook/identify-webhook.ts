import { AppError } from "../../../core/base/index.ts";
import type { WebhookIdentity, WebhookRequest } from "../../../core/forges/index.ts";

/**
 * Events whose bodies include a time, so that equal bodies represent the same event. Bodies of other events can recur, for example if a
 * repository is added again.
 */
const onceByBody: ReadonlySet<string> = new Set([
  "check_run",
  "check_suite",
  "create",
  "issue_comment",
  "issues",
  "pull_request",
  "pull_request_review",
  "pull_request_review_comment",
  "release",
  "status",
  "workflow_run",
]);

/**
 * Returns the identity of a delivery. Redeliveries, including manual ones, have the same ID. Throws `invalid_input` if the event name is
 * missing or malformed.
 */
export function identifyWebhook({ headers }: Pick<WebhookRequest, "headers">): WebhookIdentity {
  const eventName = headers["x-github-event"];
  if (eventName === undefined || !/^[a-z0-9_]{1,100}$/.test(eventName)) {
    throw new AppError(
      "invalid_input",
      "The request is not a GitHub webhook, because its X-GitHub-Event header is missing.",
    );
  }
  const deliveryId = headers["x-github-delivery"];
  return {
    deliveryId: deliveryId === undefined || deliveryId === "" ? null : deliveryId.slice(0, 200),
    eventName,
    isOnceByBody: onceByBody.has(eventName),
  };
}
