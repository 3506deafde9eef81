import { createHash, timingSafeEqual } from "node:crypto";
import type { WebhookRequest } from "../../../core/forges/index.ts";

/**
 * True if the secret matches. GitLab sends the secret itself instead of a signature. Compares digests, so that the duration of the
 * comparison reveals neither the secret's length nor its contents.
 */
export function verifyWebhook({ headers }: WebhookRequest, secret: string): boolean {
  const sent = headers["x-gitlab-token"] ?? "";
  const isSame = timingSafeEqual(digest(sent), digest(secret));
  return isSame && secret !== "";
}

const digest = (text: string) => createHash("sha256").update(text).digest();
