import { AppError, type Job, type Kept, withLimit } from "../../base/index.ts";
import { canSee } from "../../sessions/index.ts";
import type { JobContext } from "../job/job-context.ts";
import type { AutomationPorts } from "../ports.ts";
import { decideAttempt } from "../webhook/decide-attempt.ts";
import { composeMail, composePush } from "./compose-notification.ts";
import { decideSending } from "./decide-notifications.ts";
import { findMailServer } from "./mail-server.ts";
import type { Notification } from "./notification.ts";
import { completePreferences, emailProblemOf } from "./preferences.ts";
import { sendPush } from "./push/send-push.ts";

type AttemptJob = Job & { readonly kind: "notificationAttempt" };

const attemptLimitMs = 30_000;
/** Maximum number of attempts, within about two hours. An attempt that quiet hours postpone counts. */
export const maxNotificationAttempts = 7;

/** Result of an attempt. It is JSON, because the engine persists it. */
type Sent =
  | { readonly kind: "none" }
  | { readonly kind: "sent" }
  | { readonly kind: "skipped"; readonly why: string }
  | { readonly kind: "later"; readonly at: string }
  | {
      readonly kind: "failed";
      readonly error: string;
      readonly mayPass: boolean;
      readonly askedMs: number | null;
    };

/**
 * Makes one attempt at a notification and records the result. If it must be retried, enqueues a separate job for the next
 * attempt. If the server dies between sending and recording, the notification is sent again with the same `Message-ID` or
 * topic, and the browser replaces the first one.
 */
export async function attemptNotification(
  { ports, tools }: Pick<JobContext, "ports" | "tools">,
  job: AttemptJob,
): Promise<void> {
  const sent = await tools.step<Sent & Kept>("send", () => send(ports, job, tools.signal));
  if (sent.kind === "none") return;
  await tools.step("record", async () => {
    await record(ports, job, sent);
    return null;
  });
}

async function send(
  ports: AutomationPorts,
  { notificationId, number }: AttemptJob,
  signal: AbortSignal,
): Promise<Sent> {
  const { store, clock } = ports;
  const notification = await store.notifications.find(notificationId);
  if (notification === null || notification.status !== "pending" || notification.attempts >= number)
    return { kind: "none" };
  const { userId, channel } = notification;
  const stored = await store.notifications.preferences(userId);
  const decision = decideSending(notification, completePreferences(stored), clock.now());
  if (decision.kind === "off") return { kind: "skipped", why: "The person turned these notifications off." };
  if (decision.kind === "later") return { kind: "later", at: decision.at.toISOString() };
  const subject = await findSubject(ports, notification);
  if (subject === null) return { kind: "skipped", why: "The session no longer needs this person." };
  const limit = withLimit({ signal }, attemptLimitMs);
  try {
    return await (channel === "email" ? sendEmail : sendToBrowser)(
      ports,
      { ...notification, ...subject },
      limit,
    );
  } catch (cause) {
    // If this worker is stopping, another worker continues. If the database is unreachable, the engine retries the step.
    if (signal.aborted) throw cause;
    if (limit.aborted) return failed("The recipient's server did not respond in time.", true);
    if (!(cause instanceof AppError) || cause.code === "unavailable") throw cause;
    if (cause.code === "conflict") return failed(cause.message, true);
    if (cause.code !== "internal") throw cause;
    ports.log.error({ err: cause, notificationId }, "a notification could not be sent");
    return failed(
      "A stored password or key cannot be decrypted. Enter the mail server's password again.",
      false,
    );
  }
}

const failed = (error: string, mayPass: boolean): Sent => ({ kind: "failed", error, mayPass, askedMs: null });

type Subject = NonNullable<Awaited<ReturnType<typeof findSubject>>>;

/** Returns the session and the member, or null if the session no longer needs this person or may not be shown to them. */
async function findSubject(
  { store }: Pick<AutomationPorts, "store">,
  { organizationId, sessionId, userId, kind }: Notification,
) {
  const session = await store.sessions.find(organizationId, sessionId);
  const member = await store.members.ofUser(organizationId, userId);
  if (session === null || member === null) return null;
  if (!(await canSee(store, { userId }, session))) return null;
  return (await store.notifications.isRelevant(sessionId, kind)) ? { session, member } : null;
}

async function sendEmail(
  ports: AutomationPorts,
  { id, organizationId, kind, session, member }: Notification & Subject,
  signal: AbortSignal,
): Promise<Sent> {
  const { publicUrl } = ports.settings;
  const server = await findMailServer(ports, organizationId);
  if (server === null) return { kind: "skipped", why: "The organization has no mail server." };
  const problem = emailProblemOf(member);
  if (problem !== null) return { kind: "skipped", why: problem };
  const text = composeMail(kind, session, publicUrl);
  const mail = { ...text, to: member.email, messageId: `${id}@${new URL(publicUrl).hostname}` };
  const result = await ports.mailer.send(server, mail, signal);
  return result.kind === "sent" ? result : { ...result, askedMs: null };
}

async function sendToBrowser(
  ports: AutomationPorts,
  { targetId, eventId, kind, session }: Notification & Subject,
  signal: AbortSignal,
): Promise<Sent> {
  const { store } = ports;
  const subscription = await store.push.find(targetId);
  if (subscription === null) return { kind: "skipped", why: "The browser is no longer registered." };
  if ((await store.apiKeys.personOf(subscription.createdByKey))?.userId !== subscription.userId) {
    await store.push.delete(targetId);
    return { kind: "skipped", why: "The sign-in that registered the browser has ended." };
  }
  const content = composePush(kind, session);
  const result = await sendPush(ports, { subscription, content, topic: eventId.replaceAll("-", "") }, signal);
  if (result.kind !== "gone") return result;
  await store.push.delete(targetId);
  return { kind: "skipped", why: "The browser no longer accepts notifications, so it was removed." };
}

async function record(
  ports: AutomationPorts,
  job: AttemptJob,
  sent: Exclude<Sent, { kind: "none" }>,
): Promise<void> {
  const now = ports.clock.now();
  const { notificationId: id, number } = job;
  const random = Math.random();
  await ports.store.transaction(async (tx) => {
    const known = await tx.notifications.lock(id);
    if (known === null || known.status !== "pending" || known.attempts >= number) return;
    const decision = decideRecord(sent, { number, random, now });
    if (decision.kind === "retry") {
      const { at: nextAttemptAt } = decision;
      await tx.notifications.save({
        ...{ id, status: "pending", outcome: decision.outcome, attempts: number, endedAt: null },
        nextAttemptAt,
      });
      await ports.engine.enqueueJob(tx, { ...job, number: number + 1 }, { notBefore: nextAttemptAt });
      return;
    }
    const { kind: status, outcome } = decision;
    await tx.notifications.save({ id, status, outcome, attempts: number, nextAttemptAt: null, endedAt: now });
    if (status === "failed")
      ports.log.warn({ notificationId: id, why: outcome }, "a notification could not be sent");
  });
}

type RecordDecision =
  | { readonly kind: "retry"; readonly at: Date; readonly outcome: string | null }
  | { readonly kind: "sent" | "skipped" | "failed"; readonly outcome: string };

/** Decides what an attempt means for its notification. Pure. */
export function decideRecord(
  sent: Exclude<Sent, { kind: "none" }>,
  { number, random, now }: { readonly number: number; readonly random: number; readonly now: Date },
): RecordDecision {
  switch (sent.kind) {
    case "sent":
      return { kind: "sent", outcome: "Sent." };
    case "skipped":
      return { kind: "skipped", outcome: sent.why };
    case "later":
      return number < maxNotificationAttempts
        ? { kind: "retry", at: new Date(sent.at), outcome: null }
        : { kind: "failed", outcome: "Quiet hours postponed the notification too often." };
    case "failed": {
      const { error, mayPass, askedMs } = sent;
      if (!mayPass) return { kind: "failed", outcome: error };
      const answer = { status: askedMs === null ? null : 429, error, askedMs };
      const decision = decideAttempt(answer, { number, limit: maxNotificationAttempts, random });
      return decision.kind === "retry"
        ? { kind: "retry", at: new Date(now.getTime() + decision.afterMs), outcome: error }
        : { kind: "failed", outcome: decision.kind === "failed" ? decision.outcome : error };
    }
  }
}
