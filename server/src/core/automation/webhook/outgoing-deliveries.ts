import { AppError, newId } from "../../base/index.ts";
import type { AutomationPorts, AutomationQueries, AutomationTransaction } from "../ports.ts";
import { getWebhook, type WebhookPlace } from "./manage-webhooks.ts";
import type { OutgoingAttempt, OutgoingDelivery, Webhook } from "./webhook.ts";

type SendPorts = Pick<AutomationPorts, "store" | "clock" | "engine">;

/** Builds a pending delivery without attempts. */
export const newDelivery = (
  webhook: Pick<Webhook, "id" | "organizationId">,
  source: Pick<OutgoingDelivery, "eventId" | "eventType" | "sessionId" | "body" | "replayOf">,
  now: Date,
): OutgoingDelivery => ({
  id: newId(now.getTime()),
  organizationId: webhook.organizationId,
  webhookId: webhook.id,
  ...source,
  status: "pending",
  outcome: null,
  attempts: 0,
  nextAttemptAt: now,
  createdAt: now,
  endedAt: null,
});

/**
 * Maximum number of pending deliveries per webhook. Twice the maximum number of queued events, so that all events from
 * an outage fit.
 */
export const maxPending = 20_000;

export const webhookDisabledOutcome = "The webhook was disabled before this delivery was sent.";

/** Returns the delivery as failed without an attempt. It remains in the delivery log, from which it can be replayed. */
export const givenUp = (delivery: OutgoingDelivery, outcome: string, now: Date): OutgoingDelivery => ({
  ...delivery,
  status: "failed",
  outcome,
  nextAttemptAt: null,
  endedAt: now,
});

/**
 * Stores a delivery, and enqueues its first attempt unless it has already failed. Does nothing if the webhook already
 * has a delivery for the event and this one is not a replay.
 */
export async function sendDelivery(
  { engine }: Pick<AutomationPorts, "engine">,
  tx: AutomationTransaction,
  delivery: OutgoingDelivery,
): Promise<void> {
  if (!(await tx.outgoing.insert(delivery)) || delivery.status !== "pending") return;
  const { id: deliveryId, webhookId } = delivery;
  await engine.enqueueJob(tx, { kind: "webhookAttempt", deliveryId, webhookId, number: 1 });
}

/**
 * Queues a delivery of a `webhook.test` event. Throws `not_found` if the organization has no such webhook, or `conflict` if the webhook is disabled
 * or has too many pending deliveries.
 */
export async function testWebhook(ports: SendPorts, place: WebhookPlace): Promise<OutgoingDelivery> {
  const webhook = await getEnabledWebhook(ports.store, place);
  const now = ports.clock.now();
  const body = JSON.stringify({
    type: "webhook.test",
    timestamp: now.toISOString(),
    data: { webhookId: webhook.id },
  });
  const source = { eventId: newId(now.getTime()), eventType: "webhook.test", sessionId: null, body } as const;
  const delivery = newDelivery(webhook, { ...source, replayOf: null }, now);
  await sendAsked(ports, delivery);
  return delivery;
}

export interface OutgoingPlace {
  readonly organizationId: string;
  readonly webhookId: string;
  readonly id: string;
}

/**
 * Queues a delivery's event again as a new delivery. Throws `not_found` if the webhook or the delivery does not exist, or `conflict` if the webhook
 * is disabled or has too many pending deliveries.
 */
export async function replayOutgoingDelivery(
  ports: SendPorts,
  place: OutgoingPlace,
): Promise<OutgoingDelivery> {
  const webhook = await getEnabledWebhook(ports.store, {
    organizationId: place.organizationId,
    id: place.webhookId,
  });
  const { eventId, eventType, sessionId, body } = await getOutgoingDelivery(ports.store, place);
  const source = { eventId, eventType, sessionId, body, replayOf: place.id };
  const delivery = newDelivery(webhook, source, ports.clock.now());
  await sendAsked(ports, delivery);
  return delivery;
}

async function sendAsked(ports: SendPorts, delivery: OutgoingDelivery): Promise<void> {
  await ports.store.transaction(async (tx) => {
    if (await tx.outgoing.isFull(delivery.webhookId, maxPending))
      throw new AppError(
        "conflict",
        `The webhook already has ${maxPending} pending deliveries. Try again later.`,
      );
    await sendDelivery(ports, tx, delivery);
  });
}

/** Returns a delivery with its attempts. Throws `not_found` if the webhook has no such delivery. */
export async function showOutgoingDelivery(
  store: Pick<AutomationQueries, "outgoing">,
  place: OutgoingPlace,
): Promise<{ readonly delivery: OutgoingDelivery; readonly attempts: readonly OutgoingAttempt[] }> {
  const delivery = await getOutgoingDelivery(store, place);
  return { delivery, attempts: await store.outgoing.attempts(delivery.id) };
}

async function getOutgoingDelivery(
  store: Pick<AutomationQueries, "outgoing">,
  { organizationId, webhookId, id }: OutgoingPlace,
): Promise<OutgoingDelivery> {
  const delivery = await store.outgoing.find(organizationId, id);
  if (delivery !== null && delivery.webhookId === webhookId) return delivery;
  throw new AppError("not_found", `Webhook ${webhookId} has no delivery ${id}.`);
}

async function getEnabledWebhook(
  store: Pick<AutomationQueries, "webhooks">,
  place: WebhookPlace,
): Promise<Webhook> {
  const webhook = await getWebhook(store, place);
  if (webhook.enabledAt !== null) return webhook;
  throw new AppError("conflict", "The webhook is disabled. Enable it first.");
}
