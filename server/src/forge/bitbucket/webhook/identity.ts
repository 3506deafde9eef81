import { createHmac, timingSafeEqual } from "node:crypto";
import { AppError } from "../../../core/base/index.ts";
import type { WebhookIdentity, WebhookRequest } from "../../../core/forges/index.ts";

/**
 * Returns the identity of a delivery. A retry has the same UUID and a higher `X-Attempt-Number`. Throws `invalid_input` if the request is not
 * from Bitbucket.
 */
export function identifyBitbucketWebhook({ headers }: Pick<WebhookRequest, "headers">): WebhookIdentity {
  return { deliveryId: headers["x-request-uuid"] || null, eventName: eventKeyOf(headers) };
}

/** Returns the event key. Throws `invalid_input` if the request is not from Bitbucket. */
export function eventKeyOf(headers: WebhookRequest["headers"]): string {
  const key = headers["x-event-key"];
  if (key) return key;
  throw new AppError(
    "invalid_input",
    "The request has no X-Event-Key header, so it does not come from Bitbucket. Check the webhook's URL.",
  );
}

/**
 * True if the signature is correct. A signature is "sha256=", followed by the hexadecimal HMAC-SHA256 of the body's bytes. An empty secret
 * never matches.
 */
export function verifyBitbucketWebhook({ headers, body }: WebhookRequest, secret: string): boolean {
  const given = headers["x-hub-signature"] ?? "";
  const expected = createHmac("sha256", secret).update(body).digest();
  const received = Buffer.alloc(expected.length);
  received.write(given.slice(7, 71), "hex");
  // Always compares, so that a missing or short signature is rejected in the same time as an incorrect signature.
  const isEqual = timingSafeEqual(expected, received);
  return isEqual && /^sha256=[0-9a-f]{64}$/i.test(given) && secret !== "";
}
