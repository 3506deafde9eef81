import type { OutgoingAttempt, OutgoingDelivery } from "../../../core/automation/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import type { RowOf } from "../table.ts";
import {
  outgoingAttempts,
  outgoingDeliveries,
  outgoingEvents,
  outgoingSummaries,
  toEvent,
} from "./webhook-table.ts";

export function outgoingQueries(sql: Sql): Queries["outgoing"] {
  const findOne = async (condition: string, values: readonly unknown[]) => {
    const [row] = await sql.rows<OutgoingDelivery>(
      `select ${outgoingDeliveries.columns} from outgoing_deliveries where ${condition}`,
      values,
    );
    return row ?? null;
  };

  return {
    async events(limit) {
      const rows = await sql.rows<RowOf<typeof outgoingEvents>>(
        `select ${outgoingEvents.columns} from outgoing_events order by position limit $1`,
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
        query`insert into outgoing_deliveries (${outgoingDeliveries.names})
          values (${outgoingDeliveries.values(delivery)}) on conflict do nothing returning id`,
      );
      return rows.length > 0;
    },

    find: (organizationId, id) => findOne("organization_id = $1 and id = $2", [organizationId, id]),

    findById: (id) => findOne("id = $1", [id]),

    lock: (id) => findOne("id = $1 for no key update", [id]),

    async saveAttempt({ id, status, outcome, nextAttemptAt, endedAt }, attempt) {
      await sql.rows(query`
        insert into outgoing_attempts (delivery_id, ${outgoingAttempts.names})
        values (${id}, ${outgoingAttempts.values(attempt)}) on conflict do nothing`);
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
      const rows = await sql.rows<OutgoingAttempt>(
        `select ${outgoingAttempts.columns} from outgoing_attempts where delivery_id = $1 order by number`,
        [deliveryId],
      );
      return rows;
    },

    async list(organizationId, page) {
      const where = new Conditions()
        .add("organization_id = $", organizationId)
        .add("webhook_id = $", page.webhookId)
        .addWhenSet("id < $", page.cursor)
        .addWhenSet("status = $", page.status)
        .addWhenSet("event_type = $", page.eventType);
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<Omit<OutgoingDelivery, "body">>(
        `select ${outgoingSummaries.columns} from outgoing_deliveries where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows, page);
    },

    async deleteBefore(at) {
      const rows = await sql.rows("delete from outgoing_deliveries where created_at < $1 returning id", [at]);
      return rows.length;
    },
  };
}
