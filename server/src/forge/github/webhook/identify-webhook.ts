import { AppError } from "../../../core/base/index.ts";
import type { WebhookIdentity, WebhookRequest } from "../../../core/forges/index.ts";

/** Their bodies hold when they happened; those of the others may be the same again, as when a repository is added a second time. */
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

/** A delivery keeps its id when it is sent again, also by a person. Throws `invalid_input` without the name of an event. */
export function identifyWebhook({ headers }: Pick<WebhookRequest, "headers">): WebhookIdentity {
  const eventName = headers["x-github-event"];
  if (eventName === undefined || !/^[a-z0-9_]{1,100}$/.test(eventName)) {
    throw new AppError(
      "invalid_input",
      "This is no webhook of GitHub: the header x-github-event is missing.",
    );
  }
  const deliveryId = headers["x-github-delivery"];
  return {
    deliveryId: deliveryId === undefined || deliveryId === "" ? null : deliveryId.slice(0, 200),
    eventName,
    isOnceByBody: onceByBody.has(eventName),
  };
}
