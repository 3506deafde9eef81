import { AppError, reason, retryAfterMs } from "../../../base/index.ts";
import type { AutomationPorts } from "../../ports.ts";
import type { PushContent } from "../compose-notification.ts";
import type { PushSubscription } from "../notification.ts";
import { encryptPush } from "./encrypt-push.ts";
import { getPushKeys } from "./push-keys.ts";
import { vapidHeader } from "./vapid.ts";

/** Time for which a push service keeps a message for a browser that is not running. */
const keptSeconds = 24 * 60 * 60;

export type PushResult =
  | { readonly kind: "sent" }
  /** The browser no longer has the subscription. */
  | { readonly kind: "gone" }
  | {
      readonly kind: "failed";
      readonly error: string;
      readonly mayPass: boolean;
      /** Delay that the push service requests, or null. */
      readonly askedMs: number | null;
    };

/**
 * Sends a message to a browser once. While the browser is not running, the push service replaces a message with the same
 * topic. Returns expected failures as values. Rejects if the signal aborts, or if the database is unreachable.
 */
export async function sendPush(
  ports: Pick<AutomationPorts, "store" | "vault" | "clock" | "broker" | "settings">,
  {
    subscription,
    content,
    topic,
  }: { readonly subscription: PushSubscription; readonly content: PushContent; readonly topic: string },
  signal: AbortSignal,
): Promise<PushResult> {
  const { endpoint } = subscription;
  const { publicUrl } = ports.settings;
  const at = ports.clock.now();
  const keys = await getPushKeys(ports);
  const headers = {
    authorization: vapidHeader(keys, { endpoint, publicUrl, at }),
    "content-encoding": "aes128gcm",
    "content-type": "application/octet-stream",
    ttl: String(keptSeconds),
    urgency: "high",
    topic,
    "user-agent": "Tembo",
  };
  const body = encryptPush(Buffer.from(JSON.stringify(content)), subscription);
  try {
    const answer = await ports.broker.sendWebhook({ url: endpoint, headers, body }, signal);
    return readAnswer(answer, at);
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== "unreachable") throw cause;
    return { kind: "failed", error: reason(cause), mayPass: true, askedMs: null };
  }
}

/** Returns the result that the push service's response means. Pure. */
function readAnswer(
  { status, retryAfter }: { readonly status: number; readonly retryAfter?: string },
  at: Date,
): PushResult {
  if (status >= 200 && status <= 299) return { kind: "sent" };
  if (status === 404 || status === 410) return { kind: "gone" };
  return {
    kind: "failed",
    error: `The push service of the browser responded with ${status}.`,
    mayPass: status === 429 || status >= 500,
    askedMs: retryAfterMs(retryAfter, at.getTime()),
  };
}
