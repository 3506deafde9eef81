import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import type { Sql } from "../sql.ts";
import {
  type AttemptRow,
  columnsBesideBody,
  type DeliveryRow,
  type EventRow,
  toAttempt,
  toDelivery,
  toEvent,
  toSummary,
  valuesOf,
} from "./outgoing-row.ts";

const columns = `${columnsBesideBody}, body`;

export function outgoingQueries(sql: Sql): Queries["outgoing"] {
  const findOne = async (condition: string, values: readonly unknown[]) => {
    const [row] = await sql.rows<DeliveryRow>(
      `select ${columns} from outgoing_deliveries where ${condition}`,
      values,
    );
    return row === undefined ? null : toDelivery(row);
  };

  return {
    async events(limit) {
      const rows = await sql.rows<EventRow>(
        `select id, organization_id, type, session_id, pull_request_id, status, happened_at, failing_since
         from outgoing_events order by position limit $1`,
        [limit],
      );
      return rows.map(toEvent);
    },

    async takeEvent(id) {
      const rows = await sql.rows("delete from outgoing_events where id = $1 returning id", [id]);
      return rows.length > 0;
    },

    async putOff(id, at) {
      await sql.rows(
        `update outgoing_events set position = default, failing_since = coalesce(failing_since, $2) where id = $1`,
        [id, at],
      );
    },

    async isFull(webhookId, bound) {
      const rows = await sql.rows(
        `select 1 from outgoing_deliveries where webhook_id = $1 and status = 'pending' offset $2 limit 1`,
        [webhookId, bound - 1],
      );
      return rows.length > 0;
    },

    async insert(delivery) {
      const rows = await sql.rows(
        `insert into outgoing_deliveries (${columns})
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         on conflict do nothing returning id`,
        valuesOf(delivery),
      );
      return rows.length > 0;
    },

    find: (organizationId, id) => findOne("organization_id = $1 and id = $2", [organizationId, id]),

    get: (id) => findOne("id = $1", [id]),

    lock: (id) => findOne("id = $1 for no key update", [id]),

    async saveAttempt({ id, status, outcome, nextAttemptAt, endedAt }, attempt) {
      await sql.rows(
        `insert into outgoing_attempts
           (delivery_id, number, started_at, duration_ms, request_headers, response_status, response_body, error)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
        [
          id,
          attempt.number,
          attempt.startedAt,
          attempt.durationMs,
          attempt.requestHeaders,
          attempt.responseStatus,
          attempt.responseBody,
          attempt.error,
        ],
      );
      await sql.rows(
        `update outgoing_deliveries set status = $2, outcome = $3, next_attempt_at = $4, ended_at = $5, attempts = $6
         where id = $1`,
        [id, status, outcome, nextAttemptAt, endedAt, attempt.number],
      );
    },

    async giveUp(id, outcome, at) {
      await sql.rows(
        `update outgoing_deliveries set status = 'failed', outcome = $2, next_attempt_at = null, ended_at = $3
         where id = $1 and status = 'pending'`,
        [id, outcome, at],
      );
    },

    async attempts(deliveryId) {
      const rows = await sql.rows<AttemptRow>(
        `select number, started_at, duration_ms, request_headers, response_status, response_body, error
         from outgoing_attempts where delivery_id = $1 order by number`,
        [deliveryId],
      );
      return rows.map(toAttempt);
    },

    async list(organizationId, page) {
      const where = new Conditions()
        .add("organization_id = $", organizationId)
        .add("webhook_id = $", page.webhookId)
        .addWhenSet("id < $", page.cursor)
        .addWhenSet("status = $", page.status)
        .addWhenSet("event_type = $", page.eventType);
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<Omit<DeliveryRow, "body">>(
        `select ${columnsBesideBody} from outgoing_deliveries where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toSummary), page);
    },

    async deleteBefore(at) {
      const rows = await sql.rows("delete from outgoing_deliveries where created_at < $1 returning id", [at]);
      return rows.length;
    },
  };
}
