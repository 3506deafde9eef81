import { createHmac, timingSafeEqual } from "node:crypto";
import { AppError } from "../../../core/base/index.ts";
import type { WebhookIdentity, WebhookRequest } from "../../../core/forges/index.ts";

type Headers = WebhookRequest["headers"];

/** Gitea sends its own names, those of Gogs and those of GitHub; Forgejo also its own. */
export function identifyGiteaWebhook({ headers }: Pick<WebhookRequest, "headers">): WebhookIdentity {
  return {
    deliveryId: headers["x-forgejo-delivery"] || headers["x-gitea-delivery"] || null,
    eventName: eventNameOf(headers),
  };
}

/** The type, which is finer than the event, where it is told. Throws `invalid_input` for what is not of Gitea or Forgejo. */
export function eventNameOf(headers: Headers): string {
  const type = headers["x-forgejo-event-type"] || headers["x-gitea-event-type"];
  const name = type || headers["x-forgejo-event"] || headers["x-gitea-event"];
  if (name) return name;
  throw new AppError(
    "invalid_input",
    "The request has no X-Gitea-Event header: it does not come from Gitea or Forgejo. Check where the webhook points.",
  );
}

/** HMAC-SHA256 in hexadecimal over the bytes. */
export function verifyGiteaWebhook({ headers, body }: WebhookRequest, secret: string): boolean {
  const hub = headers["x-hub-signature-256"]?.replace(/^sha256=/, "");
  const given = headers["x-forgejo-signature"] || headers["x-gitea-signature"] || hub || "";
  const expected = createHmac("sha256", secret).update(body).digest();
  const received = Buffer.alloc(expected.length);
  received.write(given.slice(0, 64), "hex");
  // Compared whatever came, so that a missing or short one takes as long as a wrong one.
  const isEqual = timingSafeEqual(expected, received);
  return isEqual && /^[0-9a-f]{64}$/i.test(given) && secret !== "";
}
