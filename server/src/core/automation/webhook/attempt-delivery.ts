import { AppError, type Job, reason, retryAfterMs, withLimit } from "../../base/index.ts";
import type { JobContext } from "../job/job-context.ts";
import type { AutomationPorts } from "../ports.ts";
import { decideAttempt, decideDisabling, errorOfStatus, maxAttempts } from "./decide-attempt.ts";
import { webhookDisabledOutcome } from "./outgoing-deliveries.ts";
import { signedHeaders } from "./sign.ts";
import type { OutgoingAttempt, OutgoingDelivery, Webhook } from "./webhook.ts";
import { secretsInUse, webhookSecretsOf } from "./webhook-secrets.ts";

type AttemptJob = Job & { readonly kind: "webhookAttempt" };

/** Timeout for a response. A receiver that needs more time should respond before it processes the event. */
const attemptLimitMs = 15_000;

/**
 * Makes one attempt at a delivery and records the result. If the delivery must be retried, enqueues a separate job for the next attempt. Disables a
 * webhook whose receiver has failed for too long or responds with 410 (Gone). If the server dies between sending and recording, the delivery is
 * resent with the same `webhook-id`.
 */
export async function attemptDelivery(
  { ports, tools }: Pick<JobContext, "ports" | "tools">,
  job: AttemptJob,
): Promise<void> {
  const sent = await tools.step("send", () => send(ports, job, tools.signal));
  if (sent.kind === "none") return;
  await tools.step("record", async () => {
    if (sent.kind === "givenUp")
      await ports.store.outgoing.giveUp(job.deliveryId, sent.why, ports.clock.now());
    else await record(ports, job, sent.attempt);
    return null;
  });
}

/** The result of an attempt. The start time is a string, because the engine persists the result as JSON. */
type KeptAttempt = Omit<OutgoingAttempt, "number" | "startedAt"> & {
  readonly startedAt: string;
  readonly askedMs: number | null;
};

type Sent =
  | { readonly kind: "none" }
  | { readonly kind: "givenUp"; readonly why: string }
  | { readonly kind: "attempted"; readonly attempt: KeptAttempt };

async function send(
  ports: AutomationPorts,
  { deliveryId, number }: AttemptJob,
  signal: AbortSignal,
): Promise<Sent> {
  const { store, clock } = ports;
  const delivery = await store.outgoing.findById(deliveryId);
  if (delivery === null || delivery.status !== "pending" || delivery.attempts >= number)
    return { kind: "none" };
  const webhook = await store.webhooks.find(delivery.organizationId, delivery.webhookId);
  if (webhook === null) return { kind: "none" };
  if (webhook.enabledAt === null) return { kind: "givenUp", why: webhookDisabledOutcome };
  const startedAt = clock.now();
  const beganAtMs = performance.now();
  const answer = await ask(ports, { webhook, delivery, at: startedAt }, signal);
  const durationMs = performance.now() - beganAtMs;
  const result = answer.error === null ? "succeeded" : "failed";
  ports.measure({ kind: "webhookAttempted", result, durationMs });
  return {
    kind: "attempted",
    attempt: {
      ...answer,
      startedAt: startedAt.toISOString(),
      durationMs: Math.round(durationMs),
    },
  };
}

type Answer = Omit<KeptAttempt, "startedAt" | "durationMs">;

/** Signs and sends the request. Returns unsuccessful responses and expected errors as values. */
async function ask(
  ports: AutomationPorts,
  {
    webhook,
    delivery,
    at,
  }: { readonly webhook: Webhook; readonly delivery: OutgoingDelivery; readonly at: Date },
  signal: AbortSignal,
): Promise<Answer> {
  const { body, eventId } = delivery;
  let requestHeaders: Record<string, string> = {};
  try {
    const secrets = await openSecrets(ports, webhook, at);
    requestHeaders = {
      "content-type": "application/json",
      "user-agent": "Tembo-Webhooks",
      ...signedHeaders({ id: eventId, body, at }, secrets),
    };
    const {
      status,
      body: responseBody,
      retryAfter,
    } = await ports.broker.sendWebhook(
      { url: webhook.url, headers: requestHeaders, body },
      withLimit({ signal }, attemptLimitMs),
    );
    const askedMs = retryAfterMs(retryAfter, ports.clock.now().getTime());
    return { requestHeaders, responseStatus: status, responseBody, error: errorOfStatus(status), askedMs };
  } catch (cause) {
    // If this worker is stopping, another worker continues. If the database is unreachable, the engine retries the
    // step.
    if (signal.aborted || !(cause instanceof AppError) || cause.code === "unavailable") throw cause;
    return { requestHeaders, responseStatus: null, responseBody: null, error: reason(cause), askedMs: null };
  }
}

async function openSecrets(ports: AutomationPorts, webhook: Webhook, at: Date): Promise<string[]> {
  const secrets = await webhookSecretsOf(ports, webhook).catch((cause: unknown) => {
    if (!(cause instanceof AppError) || cause.code !== "internal") throw cause;
    ports.log.error({ err: cause, webhookId: webhook.id }, "a webhook's signing secret cannot be decrypted");
    return null;
  });
  if (secrets === null)
    throw new AppError("unreachable", "The webhook's signing secret cannot be decrypted. Rotate it.");
  return secretsInUse(secrets, at);
}

async function record(ports: AutomationPorts, job: AttemptJob, kept: KeptAttempt): Promise<void> {
  const now = ports.clock.now();
  const { deliveryId, webhookId, number } = job;
  const { askedMs, ...rest } = kept;
  const attempt = { ...rest, number, startedAt: new Date(kept.startedAt) };
  const random = Math.random();
  await ports.store.transaction(async (tx) => {
    const delivery = await tx.outgoing.lock(deliveryId);
    if (delivery === null || delivery.status !== "pending" || delivery.attempts >= number) return;
    const limit = delivery.eventType === "webhook.test" ? 1 : maxAttempts;
    const decision = decideAttempt(
      { status: attempt.responseStatus, error: attempt.error, askedMs },
      { number, limit, random },
    );
    if (decision.kind === "retry") {
      const nextAttemptAt = new Date(now.getTime() + decision.afterMs);
      await tx.outgoing.saveAttempt(
        { id: deliveryId, status: "pending", outcome: null, nextAttemptAt, endedAt: null },
        attempt,
      );
      await ports.engine.enqueueJob(tx, { ...job, number: number + 1 }, { notBefore: nextAttemptAt });
    } else {
      const outcome =
        decision.kind === "failed"
          ? decision.outcome
          : `The receiver responded with ${attempt.responseStatus}.`;
      await tx.outgoing.saveAttempt(
        { id: deliveryId, status: decision.kind, outcome, nextAttemptAt: null, endedAt: now },
        attempt,
      );
    }
    if (decision.kind === "succeeded") return tx.webhooks.noteSuccess(webhookId);
    const failing = await tx.webhooks.noteFailure(webhookId, now);
    const why =
      decision.kind === "failed" && decision.isGone
        ? "The receiver responded with 410 (Gone)."
        : failing && decideDisabling(failing, now);
    if (why !== null) await tx.webhooks.disable(webhookId, why, now);
  });
}
