import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  replayOutgoingDelivery,
  rotateWebhookSecret,
  showOutgoingDelivery,
  testWebhook,
  updateWebhook,
} from "../../../core/automation/index.ts";
import { hourMs } from "../../../core/base/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { route } from "../../route.ts";
import { outgoingView, outgoingWithAttemptsView, webhookView } from "./webhook-view.ts";

export function webhookRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.webhookList, async ({ organizationId, query }) => {
    const { items, nextCursor } = await ports.store.webhooks.list(organizationId, {
      limit: query.limit,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
    });
    return { items: items.map(webhookView), nextCursor };
  });

  route(app, operations.webhookCreate, async ({ organizationId, body }) => {
    const { enabled, ...rest } = body;
    const { webhook, secret } = await createWebhook(ports, organizationId, { ...rest, isEnabled: enabled });
    return { ...webhookView(webhook), secret };
  });

  route(app, operations.webhookRetrieve, async ({ organizationId, params }) =>
    webhookView(await getWebhook(ports.store, { organizationId, id: params.webhookId })),
  );

  route(app, operations.webhookUpdate, async ({ organizationId, params, body }) => {
    const { url, events, description, enabled } = body;
    const change = {
      ...(url !== undefined && { url }),
      ...(events !== undefined && { events }),
      ...(description !== undefined && { description }),
      ...(enabled !== undefined && { isEnabled: enabled }),
    };
    return webhookView(await updateWebhook(ports, { organizationId, id: params.webhookId }, change));
  });

  route(app, operations.webhookDelete, async ({ organizationId, params }) => {
    await deleteWebhook(ports, { organizationId, id: params.webhookId });
    return { id: params.webhookId, deleted: true as const };
  });

  route(app, operations.webhookSecretRotate, async ({ organizationId, params, body }) => {
    const place = { organizationId, id: params.webhookId };
    const { secret, earlierUntil } = await rotateWebhookSecret(ports, place, body.overlapHours * hourMs);
    return { secret, earlierSecretUntil: earlierUntil?.toISOString() ?? null };
  });

  route(app, operations.webhookTest, async ({ organizationId, params }) =>
    outgoingView(await testWebhook(ports, { organizationId, id: params.webhookId })),
  );

  route(app, operations.outgoingDeliveryList, async ({ organizationId, params, query }) => {
    const { id: webhookId } = await getWebhook(ports.store, { organizationId, id: params.webhookId });
    const { items, nextCursor } = await ports.store.outgoing.list(organizationId, {
      webhookId,
      limit: query.limit,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
      ...(query.status !== undefined && { status: query.status }),
      ...(query.eventType !== undefined && { eventType: query.eventType }),
    });
    return { items: items.map(outgoingView), nextCursor };
  });

  route(app, operations.outgoingDeliveryRetrieve, async ({ organizationId, params }) => {
    const { webhookId, outgoingDeliveryId: id } = params;
    const { delivery, attempts } = await showOutgoingDelivery(ports.store, {
      organizationId,
      webhookId,
      id,
    });
    return outgoingWithAttemptsView(delivery, attempts);
  });

  route(app, operations.outgoingDeliveryReplay, async ({ organizationId, params }) => {
    const { webhookId, outgoingDeliveryId: id } = params;
    return outgoingView(await replayOutgoingDelivery(ports, { organizationId, webhookId, id }));
  });
}
