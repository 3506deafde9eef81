import type { Delivery } from "../../../core/forges/index.ts";
import { bytes, json, text, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

export const deliveries = table(
  "deliveries",
  {
    id: uuid,
    organizationId: uuid,
    integrationId: uuid.orNull(),
    forge: text.as<Delivery["forge"]>(),
    deliveryId: text,
    eventName: text,
    source: text.as<Delivery["source"]>(),
    headers: json<Delivery["headers"]>(),
    body: bytes,
    status: text.as<Delivery["status"]>(),
    outcome: text.orNull(),
    sessionId: uuid.orNull(),
    receivedAt: timestamp,
    workedAt: timestamp.orNull(),
  },
  ["body_hash"],
);

/** Lists omit the body, which may be large. */
export const deliverySummaries = deliveries.without("body");
