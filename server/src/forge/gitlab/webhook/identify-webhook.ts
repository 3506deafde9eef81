import { AppError } from "../../../core/base/index.ts";
import type { WebhookIdentity, WebhookRequest } from "../../../core/forges/index.ts";

/**
 * `Idempotency-Key` (GitLab 17.4) stays the same when a delivery is tried again. `X-Gitlab-Event-UUID`, all that older ones
 * have, is made anew for each try; `X-Gitlab-Webhook-UUID` names no delivery at all.
 */
export function identifyWebhook({ headers }: Pick<WebhookRequest, "headers">): WebhookIdentity {
  const eventName = headers["x-gitlab-event"];
  if (eventName === undefined || eventName === "") {
    throw new AppError(
      "invalid_input",
      'The request is no webhook of GitLab: it has no header "X-Gitlab-Event".',
    );
  }
  return { deliveryId: headers["idempotency-key"] || headers["x-gitlab-event-uuid"] || null, eventName };
}
