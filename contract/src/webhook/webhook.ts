import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";
import { testEventType, webhookEventPattern, webhookEventType } from "./webhook-event.ts";

const url = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .describe(
    "URL that receives the events. Must use HTTPS; HTTP is accepted only for hosts in `TEMBO_PRIVATE_HOSTS`.",
  );
const events = z
  .array(webhookEventPattern)
  .min(1)
  .max(20)
  .describe("Event types, or `session.*`, `pull_request.*` or `*`.");
const description = z.string().max(500);

/** A URL that receives an organization's events. */
export const webhook = z.strictObject({
  id: uuid,
  url: z.string(),
  description,
  events: z.array(webhookEventPattern),
  enabled: z.boolean(),
  disabledReason: z
    .string()
    .nullable()
    .describe("Why Tembo disabled the webhook. Null if it is enabled, or if a person disabled it."),
  failuresInARow: z.int().min(0).describe("Number of failed attempts since the last success."),
  failingSince: timestamp.nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type Webhook = z.infer<typeof webhook>;

const secret = z.string().describe("`whsec_` and base64. Shown only in this response.");
export const webhookWithSecret = webhook.extend({ secret });
export type WebhookWithSecret = z.infer<typeof webhookWithSecret>;

export const webhookParams = z.object({ webhookId: uuid });
export const webhookList = z.strictObject({ items: z.array(webhook), nextCursor: uuid.nullable() });
export type WebhookList = z.infer<typeof webhookList>;

export const webhookCreateBody = z.strictObject({
  url,
  events: events.default(["*"]),
  description: description.default(""),
  enabled: z.boolean().default(true),
});
export type WebhookCreateBody = z.input<typeof webhookCreateBody>;

export const webhookUpdateBody = z.strictObject({
  url: url.optional(),
  events: events.optional(),
  description: description.optional(),
  enabled: z
    .boolean()
    .optional()
    .describe("Enabling the webhook resets its failures and the reason why it was disabled."),
});
export type WebhookUpdateBody = z.input<typeof webhookUpdateBody>;

export const webhookSecretRotateBody = z.strictObject({
  overlapHours: z
    .number()
    .min(0)
    .max(168)
    .default(24)
    .describe("Hours for which requests are also signed with the previous secret."),
});
export type WebhookSecretRotateBody = z.input<typeof webhookSecretRotateBody>;
export const webhookSecret = z.strictObject({
  secret,
  earlierSecretUntil: timestamp.nullable().describe("Requests carry both signatures until this time."),
});
export type WebhookSecret = z.infer<typeof webhookSecret>;

const status = z.enum(["pending", "succeeded", "failed"]);
const eventType = z.enum([...webhookEventType.options, testEventType]);

/**
 * Delivery of an event to a webhook. The server retries until an attempt succeeds, the attempts are exhausted or the
 * receiver responds with 410. It does not retry test events.
 */
export const outgoingDelivery = z.strictObject({
  id: uuid,
  webhookId: uuid,
  eventId: uuid.describe("The `webhook-id` of the requests. It is the same for every attempt and replay."),
  eventType,
  status,
  outcome: z
    .string()
    .nullable()
    .describe("Why Tembo does not retry the delivery. Null while another attempt is possible."),
  attempts: z.int().min(0),
  nextAttemptAt: timestamp.nullable(),
  replayOf: uuid.nullable().describe("ID of the delivery that this delivery replays."),
  createdAt: timestamp,
  endedAt: timestamp.nullable(),
});
export type OutgoingDelivery = z.infer<typeof outgoingDelivery>;

export const outgoingDeliveryAttempt = z.strictObject({
  number: z.int().positive(),
  startedAt: timestamp,
  durationMs: z.int().min(0),
  requestHeaders: z.record(z.string(), z.string()),
  responseStatus: z.int().nullable().describe("Null if no response arrived."),
  responseBody: z.string().nullable().describe("The first 1,024 bytes of the response body, as text."),
  error: z.string().nullable().describe("Why the attempt failed. Null if it succeeded."),
});

export const outgoingDeliveryWithAttempts = outgoingDelivery.extend({
  body: z.string().describe("The request body, byte for byte."),
  attemptLog: z.array(outgoingDeliveryAttempt).max(20),
});
export type OutgoingDeliveryWithAttempts = z.infer<typeof outgoingDeliveryWithAttempts>;

export const outgoingDeliveryParams = webhookParams.extend({ outgoingDeliveryId: uuid });
export const outgoingDeliveryListQuery = cursorQuery.extend({
  status: status.optional(),
  eventType: eventType.optional(),
});
export const outgoingDeliveryList = z.strictObject({
  items: z.array(outgoingDelivery),
  nextCursor: uuid.nullable(),
});
export type OutgoingDeliveryList = z.infer<typeof outgoingDeliveryList>;
