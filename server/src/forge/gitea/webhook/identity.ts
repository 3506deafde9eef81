import { createHmac, timingSafeEqual } from "node:crypto";
import { AppError } from "../../../core/base/index.ts";
import type { WebhookIdentity, WebhookRequest } from "../../../core/forges/index.ts";

type Headers = WebhookRequest["headers"];

/**
 * Returns the identity of a delivery. Gitea sends its own headers and those of Gogs and GitHub. Forgejo sends all of these and its own
 * headers. Throws `invalid_input` if the request is not from Gitea or Forgejo.
 */
export function identifyGiteaWebhook({ headers }: Pick<WebhookRequest, "headers">): WebhookIdentity {
  return {
    deliveryId: headers["x-forgejo-delivery"] || headers["x-gitea-delivery"] || null,
    eventName: eventNameOf(headers),
  };
}

/**
 * Returns the event type if the request contains one, otherwise the event name. The type is more specific than the event. Throws
 * `invalid_input` if the request is not from Gitea or Forgejo.
 */
export function eventNameOf(headers: Headers): string {
  const type = headers["x-forgejo-event-type"] || headers["x-gitea-event-type"];
  const name = type || headers["x-forgejo-event"] || headers["x-gitea-event"];
  if (name) return name;
  throw new AppError(
    "invalid_input",
    "The request has no X-Gitea-Event header, so it does not come from Gitea or Forgejo. Check the webhook's URL.",
  );
}

/** True if the signature is correct. A signature is the hexadecimal HMAC-SHA256 of the body's bytes. An empty secret never matches. */
export function verifyGiteaWebhook({ headers, body }: WebhookRequest, secret: string): boolean {
  const hub = headers["x-hub-signature-256"]?.replace(/^sha256=/, "");
  const given = headers["x-forgejo-signature"] || headers["x-gitea-signature"] || hub || "";
  const expected = createHmac("sha256", secret).update(body).digest();
  const received = Buffer.alloc(expected.length);
  received.write(given.slice(0, 64), "hex");
  // Always compares, so that a missing or short signature is rejected in the same time as an incorrect signature.
  const isEqual = timingSafeEqual(expected, received);
  return isEqual && /^[0-9a-f]{64}$/i.test(given) && secret !== "";
}
