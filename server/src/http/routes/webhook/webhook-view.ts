import type {
  OutgoingDeliveryWithAttempts,
  OutgoingDelivery as OutgoingView,
  Webhook as WebhookView,
} from "@tembo/contract";
import type { OutgoingAttempt, OutgoingDelivery, Webhook } from "../../../core/automation/index.ts";

export const webhookView = (webhook: Webhook): WebhookView => ({
  id: webhook.id,
  url: webhook.url,
  description: webhook.description,
  events: [...webhook.events],
  enabled: webhook.enabledAt !== null,
  disabledReason: webhook.disabledReason,
  failuresInARow: webhook.failures,
  failingSince: webhook.failingSince?.toISOString() ?? null,
  createdAt: webhook.createdAt.toISOString(),
  updatedAt: webhook.updatedAt.toISOString(),
});

export const outgoingView = (delivery: Omit<OutgoingDelivery, "body">): OutgoingView => ({
  id: delivery.id,
  webhookId: delivery.webhookId,
  eventId: delivery.eventId,
  eventType: delivery.eventType,
  status: delivery.status,
  outcome: delivery.outcome,
  attempts: delivery.attempts,
  nextAttemptAt: delivery.nextAttemptAt?.toISOString() ?? null,
  replayOf: delivery.replayOf,
  createdAt: delivery.createdAt.toISOString(),
  endedAt: delivery.endedAt?.toISOString() ?? null,
});

export const outgoingWithAttemptsView = (
  delivery: OutgoingDelivery,
  attempts: readonly OutgoingAttempt[],
): OutgoingDeliveryWithAttempts => ({
  ...outgoingView(delivery),
  body: delivery.body,
  attemptLog: attempts.map((attempt) => ({
    number: attempt.number,
    startedAt: attempt.startedAt.toISOString(),
    durationMs: attempt.durationMs,
    requestHeaders: { ...attempt.requestHeaders },
    responseStatus: attempt.responseStatus,
    responseBody: attempt.responseBody,
    error: attempt.error,
  })),
});
