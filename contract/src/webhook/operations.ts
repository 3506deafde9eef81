import { cursorQuery, deleted } from "../common.ts";
import type { Operation } from "../operation.ts";
import * as webhook from "./webhook.ts";

const one = { path: "/v1/webhooks/{webhookId}", tier: "tembo", params: webhook.webhookParams } as const;
const delivery = { tier: "tembo", params: webhook.outgoingDeliveryParams } as const;

/** Operations on webhooks, which send an organization's events to URLs, signed according to Standard Webhooks. */
export const webhookOperations = {
  webhookList: {
    method: "GET",
    path: "/v1/webhooks",
    tier: "tembo",
    summary: "List webhooks, newest first",
    query: cursorQuery,
    status: 200,
    response: webhook.webhookList,
  },
  webhookCreate: {
    method: "POST",
    path: "/v1/webhooks",
    tier: "tembo",
    summary: "Create a webhook",
    description: "The response contains the signing secret, which is shown only once.",
    body: webhook.webhookCreateBody,
    secretAnswer: "shownOnce",
    status: 201,
    response: webhook.webhookWithSecret,
  },
  webhookRetrieve: {
    ...one,
    method: "GET",
    summary: "Retrieve a webhook",
    status: 200,
    response: webhook.webhook,
  },
  webhookUpdate: {
    ...one,
    method: "PATCH",
    summary: "Update a webhook",
    body: webhook.webhookUpdateBody,
    status: 200,
    response: webhook.webhook,
  },
  webhookDelete: {
    ...one,
    method: "DELETE",
    summary: "Delete a webhook",
    description: "Also deletes its deliveries. Pending deliveries are not sent.",
    status: 200,
    response: deleted,
  },
  webhookSecretRotate: {
    ...one,
    method: "POST",
    path: "/v1/webhooks/{webhookId}/rotate-secret",
    summary: "Rotate a webhook's signing secret",
    description: "Requests also carry a signature with the previous secret for `overlapHours`.",
    body: webhook.webhookSecretRotateBody,
    secretAnswer: "shownOnce",
    status: 200,
    response: webhook.webhookSecret,
  },
  webhookTest: {
    ...one,
    method: "POST",
    path: "/v1/webhooks/{webhookId}/test",
    summary: "Send a test event to a webhook",
    description: "Sends an event of the type `webhook.test` once, without retries.",
    status: 201,
    response: webhook.outgoingDelivery,
  },
  outgoingDeliveryList: {
    method: "GET",
    path: "/v1/webhooks/{webhookId}/deliveries",
    tier: "tembo",
    summary: "List a webhook's deliveries, newest first",
    params: webhook.webhookParams,
    query: webhook.outgoingDeliveryListQuery,
    status: 200,
    response: webhook.outgoingDeliveryList,
  },
  outgoingDeliveryRetrieve: {
    ...delivery,
    method: "GET",
    path: "/v1/webhooks/{webhookId}/deliveries/{outgoingDeliveryId}",
    summary: "Retrieve a webhook delivery",
    description: "The response contains every attempt.",
    status: 200,
    response: webhook.outgoingDeliveryWithAttempts,
  },
  outgoingDeliveryReplay: {
    ...delivery,
    method: "POST",
    path: "/v1/webhooks/{webhookId}/deliveries/{outgoingDeliveryId}/replay",
    summary: "Replay a webhook delivery",
    description: "Sends the same event again, as a new delivery.",
    status: 201,
    response: webhook.outgoingDelivery,
  },
} as const satisfies Record<string, Operation>;
