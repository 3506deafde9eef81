import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";

const status = z.enum(["received", "worked", "ignored", "failed"]);

/** An event that a forge reported or that polling found. */
export const webhookDelivery = z.strictObject({
  id: uuid,
  integrationId: uuid.nullable().describe("Null for the built-in forge."),
  /** The type of forge, such as "github". */
  provider: z.string(),
  /** The delivery ID that the forge assigned. */
  deliveryId: z.string(),
  /** The forge's name for the event. */
  eventName: z.string(),
  source: z.enum(["webhook", "polling", "replay"]),
  status,
  /** The outcome as text, or null until the delivery is processed. */
  outcome: z.string().nullable(),
  /** The session that the event started or added a message to, or null if there is none. */
  sessionId: uuid.nullable(),
  receivedAt: timestamp,
  workedAt: timestamp.nullable(),
});
export type WebhookDelivery = z.infer<typeof webhookDelivery>;

export const webhookDeliveryWithBody = webhookDelivery.extend({
  /** Request headers, without credentials and signatures. */
  headers: z.record(z.string(), z.string()),
  /** Request body as text, with secrets masked. */
  body: z.string(),
  /** True if the body was too large. `body` then contains only its beginning. */
  isBodyCut: z.boolean(),
});
export type WebhookDeliveryWithBody = z.infer<typeof webhookDeliveryWithBody>;

export const webhookDeliveryParams = z.object({ deliveryId: uuid });
export const webhookDeliveryListQuery = cursorQuery.extend({
  integrationId: uuid.optional(),
  status: status.optional(),
});
export const webhookDeliveryList = z.strictObject({
  items: z.array(webhookDelivery),
  nextCursor: uuid.nullable(),
});
export type WebhookDeliveryList = z.infer<typeof webhookDeliveryList>;
