import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";

const status = z.enum(["received", "worked", "ignored", "failed"]);

/** Something a forge told. */
export const webhookDelivery = z.strictObject({
  id: uuid,
  integrationId: uuid.nullable().describe("Null for the local forge."),
  /** The kind of forge, such as "github". */
  provider: z.string(),
  /** The forge's own id of it. */
  deliveryId: z.string(),
  /** The forge's own name of the event. */
  eventName: z.string(),
  source: z.enum(["webhook", "polling", "replay"]),
  status,
  /** What came of it, in words; null until it was worked. */
  outcome: z.string().nullable(),
  /** The session it started, or spoke to. */
  sessionId: uuid.nullable(),
  receivedAt: timestamp,
  workedAt: timestamp.nullable(),
});
export type WebhookDelivery = z.infer<typeof webhookDelivery>;

export const webhookDeliveryWithBody = webhookDelivery.extend({
  /** Without credentials and signatures. */
  headers: z.record(z.string(), z.string()),
  /** As text, with secrets masked. */
  body: z.string(),
  /** Only the beginning of a large body is shown. */
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
