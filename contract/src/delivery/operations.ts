import type { Operation } from "../operation.ts";
import * as delivery from "./delivery.ts";

export const deliveryOperations = {
  webhookDeliveryList: {
    method: "GET",
    path: "/v1/webhook-deliveries",
    tier: "tembo",
    summary: "List forge deliveries, newest first",
    description: "The response does not contain the deliveries' headers and bodies.",
    query: delivery.webhookDeliveryListQuery,
    status: 200,
    response: delivery.webhookDeliveryList,
  },
  webhookDeliveryRetrieve: {
    method: "GET",
    path: "/v1/webhook-deliveries/{deliveryId}",
    tier: "tembo",
    summary: "Retrieve a delivery with its headers and body",
    params: delivery.webhookDeliveryParams,
    status: 200,
    response: delivery.webhookDeliveryWithBody,
  },
  webhookDeliveryReplay: {
    method: "POST",
    path: "/v1/webhook-deliveries/{deliveryId}/replay",
    tier: "tembo",
    summary: "Replay a delivery",
    description: "Processes the delivery again, as a new delivery.",
    params: delivery.webhookDeliveryParams,
    status: 201,
    response: delivery.webhookDelivery,
  },
} as const satisfies Record<string, Operation>;
