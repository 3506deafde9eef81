import { createHash, timingSafeEqual } from "node:crypto";
import type { WebhookRequest } from "../../../core/forges/index.ts";

/** GitLab does not sign: it sends the secret itself. Compared as digests, so that neither length nor content shows in time. */
export function verifyWebhook({ headers }: WebhookRequest, secret: string): boolean {
  const sent = headers["x-gitlab-token"] ?? "";
  const isSame = timingSafeEqual(digest(sent), digest(secret));
  return isSame && secret !== "";
}

const digest = (text: string) => createHash("sha256").update(text).digest();
