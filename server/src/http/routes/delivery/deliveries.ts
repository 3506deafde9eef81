import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { getDelivery, replayDelivery, showBody } from "../../../core/forges/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { route } from "../../route.ts";
import { deliveryView } from "./delivery-view.ts";

export function deliveryRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.webhookDeliveryList, async ({ organizationId, query }) => {
    const { items, nextCursor } = await ports.store.deliveries.list(organizationId, {
      limit: query.limit,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
      ...(query.integrationId !== undefined && { integrationId: query.integrationId }),
      ...(query.status !== undefined && { status: query.status }),
    });
    return { items: items.map(deliveryView), nextCursor };
  });

  route(app, operations.webhookDeliveryRetrieve, async ({ organizationId, params }) => {
    const delivery = await getDelivery(ports.store, organizationId, params.deliveryId);
    return {
      ...deliveryView(delivery),
      headers: { ...delivery.headers },
      ...(await showBody(ports, delivery)),
    };
  });

  route(app, operations.webhookDeliveryReplay, async ({ organizationId, params }) =>
    deliveryView(await replayDelivery(ports, organizationId, params.deliveryId)),
  );
}
