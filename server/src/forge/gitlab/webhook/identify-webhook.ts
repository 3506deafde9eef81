import { AppError } from "../../../core/base/index.ts";
import type { WebhookIdentity, WebhookRequest } from "../../../core/forges/index.ts";

/**
 * Returns the identity of a delivery. `Idempotency-Key` (since GitLab 17.4) is the same for every retry. Older versions send only
 * `X-Gitlab-Event-UUID`, which changes with each retry. `X-Gitlab-Webhook-UUID` does not identify a delivery. Throws `invalid_input` if the
 * event name is missing.
 */
export function identifyWebhook({ headers }: Pick<WebhookRequest, "headers">): WebhookIdentity {
  const eventName = headers["x-gitlab-event"];
  if (eventName === undefined || eventName === "") {
    throw new AppError(
      "invalid_input",
      "The request is not a GitLab webhook, because its X-Gitlab-Event header is missing.",
    );
  }
  return { deliveryId: headers["idempotency-key"] || headers["x-gitlab-event-uuid"] || null, eventName };
}
