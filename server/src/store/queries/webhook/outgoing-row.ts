import type { OutgoingAttempt, OutgoingDelivery, OutgoingEvent } from "../../../core/automation/index.ts";

export const columnsBesideBody = `id, organization_id, webhook_id, event_id, event_type, session_id, replay_of, status, outcome,
  attempts, next_attempt_at, created_at, ended_at`;

/** In the order of the columns, and the body. */
export const valuesOf = (delivery: OutgoingDelivery): unknown[] => [
  delivery.id,
  delivery.organizationId,
  delivery.webhookId,
  delivery.eventId,
  delivery.eventType,
  delivery.sessionId,
  delivery.replayOf,
  delivery.status,
  delivery.outcome,
  delivery.attempts,
  delivery.nextAttemptAt,
  delivery.createdAt,
  delivery.endedAt,
  delivery.body,
];

export interface DeliveryRow {
  id: string;
  organization_id: string;
  webhook_id: string;
  event_id: string;
  event_type: OutgoingDelivery["eventType"];
  session_id: string | null;
  replay_of: string | null;
  status: OutgoingDelivery["status"];
  outcome: string | null;
  attempts: number;
  next_attempt_at: Date | null;
  created_at: Date;
  ended_at: Date | null;
  body: string;
}

export const toDelivery = (row: DeliveryRow): OutgoingDelivery => ({ ...toSummary(row), body: row.body });

export const toSummary = (row: Omit<DeliveryRow, "body">): Omit<OutgoingDelivery, "body"> => ({
  id: row.id,
  organizationId: row.organization_id,
  webhookId: row.webhook_id,
  eventId: row.event_id,
  eventType: row.event_type,
  sessionId: row.session_id,
  replayOf: row.replay_of,
  status: row.status,
  outcome: row.outcome,
  attempts: row.attempts,
  nextAttemptAt: row.next_attempt_at,
  createdAt: row.created_at,
  endedAt: row.ended_at,
});

export interface EventRow {
  id: string;
  organization_id: string;
  type: OutgoingEvent["type"];
  session_id: string | null;
  pull_request_id: string | null;
  status: string;
  happened_at: Date;
  failing_since: Date | null;
}

/** The triggers promise that one of the two ids is there. */
export function toEvent(row: EventRow): OutgoingEvent {
  const { id, organization_id: organizationId, type, status } = row;
  const same = {
    id,
    organizationId,
    type,
    status,
    happenedAt: row.happened_at,
    failingSince: row.failing_since,
  };
  return row.session_id === null
    ? { ...same, sessionId: null, pullRequestId: row.pull_request_id! }
    : { ...same, sessionId: row.session_id, pullRequestId: null };
}

export interface AttemptRow {
  number: number;
  started_at: Date;
  duration_ms: number;
  request_headers: Record<string, string>;
  response_status: number | null;
  response_body: string | null;
  error: string | null;
}

export const toAttempt = (row: AttemptRow): OutgoingAttempt => ({
  number: row.number,
  startedAt: row.started_at,
  durationMs: row.duration_ms,
  requestHeaders: row.request_headers,
  responseStatus: row.response_status,
  responseBody: row.response_body,
  error: row.error,
});
