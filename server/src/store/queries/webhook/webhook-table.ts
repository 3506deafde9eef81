import type { OutgoingDelivery, OutgoingEvent, Webhook } from "../../../core/automation/index.ts";
import { integer, json, text, textArray, timestamp, uuid } from "../column.ts";
import { type RowOf, table } from "../table.ts";

export const webhooks = table("webhooks", {
  id: uuid,
  organizationId: uuid,
  url: text,
  description: text,
  events: textArray.as<Webhook["events"]>(),
  enabledAt: timestamp.orNull(),
  disabledAt: timestamp.orNull(),
  disabledReason: text.orNull(),
  failures: integer,
  failingSince: timestamp.orNull(),
  createdAt: timestamp,
  updatedAt: timestamp,
});

export const outgoingDeliveries = table("outgoing_deliveries", {
  id: uuid,
  organizationId: uuid,
  webhookId: uuid,
  eventId: uuid,
  eventType: text.as<OutgoingDelivery["eventType"]>(),
  sessionId: uuid.orNull(),
  replayOf: uuid.orNull(),
  status: text.as<OutgoingDelivery["status"]>(),
  outcome: text.orNull(),
  attempts: integer,
  nextAttemptAt: timestamp.orNull(),
  createdAt: timestamp,
  endedAt: timestamp.orNull(),
  body: text,
});

export const outgoingEvents = table(
  "outgoing_events",
  {
    id: uuid,
    organizationId: uuid,
    type: text.as<OutgoingEvent["type"]>(),
    sessionId: uuid.orNull(),
    pullRequestId: uuid.orNull(),
    status: text,
    happenedAt: timestamp,
    failingSince: timestamp.orNull(),
  },
  ["position"],
);

export const outgoingAttempts = table(
  "outgoing_attempts",
  {
    number: integer,
    startedAt: timestamp,
    durationMs: integer,
    requestHeaders: json<Readonly<Record<string, string>>>(),
    responseStatus: integer.orNull(),
    responseBody: text.orNull(),
    error: text.orNull(),
  },
  ["delivery_id"],
);

/** Lists omit the body, which may be large. */
export const outgoingSummaries = outgoingDeliveries.without("body");

/** Converts a row to an event. The database triggers guarantee that one of the two IDs is set. */
export const toEvent = ({ sessionId, pullRequestId, ...row }: RowOf<typeof outgoingEvents>): OutgoingEvent =>
  sessionId === null
    ? { ...row, sessionId: null, pullRequestId: pullRequestId! }
    : { ...row, sessionId, pullRequestId: null };
