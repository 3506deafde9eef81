import { createHmac, timingSafeEqual } from "node:crypto";
import type { WebhookRequest } from "../../../core/forges/index.ts";

/**
 * True if the body's bytes were signed with the secret (docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries). Replaces
 * webhooks-methods, which accepts only text, because decoding alters bytes that are not valid UTF-8. An empty secret never matches.
 */
export function verifyWebhook({ headers, body }: WebhookRequest, secret: string): boolean {
  const expected = createHmac("sha256", secret === "" ? "no secret" : secret)
    .update(body)
    .digest();
  const given = Buffer.alloc(expected.byteLength);
  const text = /^sha256=([0-9a-f]{64})$/.exec(headers["x-hub-signature-256"] ?? "")?.[1];
  given.write(text ?? "", "hex");
  const isEqual = timingSafeEqual(expected, given);
  return isEqual && text !== undefined && secret !== "";
}
