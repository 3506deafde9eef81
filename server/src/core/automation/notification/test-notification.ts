import type { NotificationChannel } from "@tembo/contract";
import { type Actor, getSelf } from "../../accounts/index.ts";
import { AppError, newId } from "../../base/index.ts";
import type { AutomationPorts } from "../ports.ts";
import { testMail, testPush } from "./compose-notification.ts";
import { findMailServer } from "./mail-server.ts";
import { findEmailProblem } from "./preferences.ts";
import { sendPush } from "./push/send-push.ts";

const testLimitMs = 20_000;

/**
 * Sends a test to the actor now, and returns the address or the browsers that received it. Throws the errors of `getSelf`.
 * Also throws `conflict` if the channel cannot reach the actor, or `unreachable` with the reason if sending fails.
 */
export async function sendTestNotification(
  ports: AutomationPorts,
  actor: Actor,
  { userId, channel }: { readonly userId: string; readonly channel: NotificationChannel },
): Promise<string[]> {
  const user = await getSelf(ports.store, actor, userId);
  const signal = AbortSignal.timeout(testLimitMs);
  try {
    return channel === "email"
      ? [await sendTestEmail(ports, actor, user.email, signal)]
      : await sendTestPush(ports, user.id, signal);
  } catch (cause) {
    if (!signal.aborted) throw cause;
    const who = channel === "email" ? "The mail server" : "The push service of the browser";
    throw new AppError("unreachable", `${who} did not respond within ${testLimitMs / 1_000} s.`, { cause });
  }
}

async function sendTestEmail(
  ports: AutomationPorts,
  actor: Actor,
  email: string | null,
  signal: AbortSignal,
): Promise<string> {
  const problem = await findEmailProblem(ports.store, actor);
  if (problem !== null) throw new AppError("conflict", problem);
  const server = await findMailServer(ports, actor.organizationId);
  if (server === null || email === null)
    throw new AppError("conflict", "The mail server has just changed. Try again.");
  const messageId = `${newId()}@${new URL(ports.settings.publicUrl).hostname}`;
  const result = await ports.mailer.send(server, { ...testMail, to: email, messageId }, signal);
  if (result.kind === "failed") throw new AppError("unreachable", result.error);
  return email;
}

async function sendTestPush(ports: AutomationPorts, userId: string, signal: AbortSignal): Promise<string[]> {
  const subscriptions = await ports.store.push.list(userId);
  if (subscriptions.length === 0)
    throw new AppError("conflict", "No browser is registered. Turn on notifications in this browser first.");
  const reached: string[] = [];
  let error: string | null = null;
  for (const subscription of subscriptions) {
    const topic = newId().replaceAll("-", "");
    const result = await sendPush(ports, { subscription, content: testPush, topic }, signal);
    if (result.kind === "sent") reached.push(subscription.browser ?? "Unknown browser");
    else if (result.kind === "gone") await ports.store.push.delete(subscription.id);
    else error = result.error;
  }
  if (reached.length > 0) return reached;
  throw new AppError(
    "unreachable",
    error ?? "The browser no longer accepts notifications. Turn them on again in this browser.",
  );
}
