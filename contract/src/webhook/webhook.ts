import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";
import { testEventType, webhookEventPattern, webhookEventType } from "./webhook-event.ts";

const url = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .describe("Of https; of http only for hosts that the operator lets lead to private addresses.");
const events = z
  .array(webhookEventPattern)
  .min(1)
  .max(20)
  .describe("Types of events, or `session.*`, `pull_request.*` or `*`.");
const description = z.string().max(500);

/** A URL that receives events of an organization. */
export const webhook = z.strictObject({
  id: uuid,
  url: z.string(),
  description,
  events: z.array(webhookEventPattern),
  enabled: z.boolean(),
  disabledReason: z
    .string()
    .nullable()
    .describe("Why it was disabled, when no person did that; null otherwise."),
  failuresInARow: z.int().min(0).describe("Attempts that failed since the last that succeeded."),
  failingSince: timestamp.nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type Webhook = z.infer<typeof webhook>;

const secret = z.string().describe("`whsec_` and base64. Shown this once.");
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
  enabled: z.boolean().optional().describe("Enabling forgets failures and why it was disabled."),
});
export type WebhookUpdateBody = z.input<typeof webhookUpdateBody>;

export const webhookSecretRotateBody = z.strictObject({
  overlapHours: z
    .number()
    .min(0)
    .max(168)
    .default(24)
    .describe("How long requests are signed with the earlier secret too."),
});
export type WebhookSecretRotateBody = z.input<typeof webhookSecretRotateBody>;
export const webhookSecret = z.strictObject({
  secret,
  earlierSecretUntil: timestamp.nullable().describe("Until then requests carry both signatures."),
});
export type WebhookSecret = z.infer<typeof webhookSecret>;

const status = z.enum(["pending", "succeeded", "failed"]);
const eventType = z.enum([...webhookEventType.options, testEventType]);

/** An event sent to a webhook, in attempts until one succeeds. */
export const outgoingDelivery = z.strictObject({
  id: uuid,
  webhookId: uuid,
  eventId: uuid.describe("The `webhook-id` of its requests: the same for every attempt and replay."),
  eventType,
  status,
  outcome: z.string().nullable().describe("Why there is no further attempt; null while there may be one."),
  attempts: z.int().min(0),
  nextAttemptAt: timestamp.nullable(),
  replayOf: uuid.nullable().describe("The delivery that this one repeats."),
  createdAt: timestamp,
  endedAt: timestamp.nullable(),
});
export type OutgoingDelivery = z.infer<typeof outgoingDelivery>;

const attempt = z.strictObject({
  number: z.int().positive(),
  startedAt: timestamp,
  durationMs: z.int().min(0),
  requestHeaders: z.record(z.string(), z.string()),
  responseStatus: z.int().nullable().describe("Null when no answer came."),
  responseBody: z.string().nullable().describe("The first 1,024 bytes of it, as text."),
  error: z.string().nullable().describe("Why it failed; null when it succeeded."),
});

export const outgoingDeliveryWithAttempts = outgoingDelivery.extend({
  body: z.string().describe("What is sent, byte for byte."),
  attemptLog: z.array(attempt).max(20),
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
