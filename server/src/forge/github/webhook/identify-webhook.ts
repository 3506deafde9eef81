import { AppError } from "../../../core/errors.ts";
import type { WebhookIdentity, WebhookRequest } from "../../../core/forge/webhook.ts";

/** A delivery keeps its id when it is sent again. Throws `invalid_input` without the name of an event. */
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
  };
}
