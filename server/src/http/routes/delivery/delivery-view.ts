import type { WebhookDelivery } from "@tembo/contract";
import type { Delivery } from "../../../core/forges/index.ts";

export function deliveryView(delivery: Omit<Delivery, "body">): WebhookDelivery {
  return {
    id: delivery.id,
    integrationId: delivery.integrationId,
    provider: delivery.forge,
    deliveryId: delivery.deliveryId,
    eventName: delivery.eventName,
    source: delivery.source,
    status: delivery.status,
    outcome: delivery.outcome,
    sessionId: delivery.sessionId,
    receivedAt: delivery.receivedAt.toISOString(),
    workedAt: delivery.workedAt?.toISOString() ?? null,
  };
}
