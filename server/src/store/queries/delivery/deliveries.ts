import { createHash } from "node:crypto";
import type { Delivery } from "../../../core/forges/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { deliveries, deliverySummaries } from "./delivery-table.ts";

export function deliveryQueries(sql: Sql): Queries["deliveries"] {
  const findOne = async (condition: string, values: readonly unknown[]) => {
    const [row] = await sql.rows<Delivery>(
      `select ${deliveries.columns} from deliveries where ${condition}`,
      values,
    );
    return row ?? null;
  };

  return {
    async insert(delivery, { isOnceByBody } = { isOnceByBody: false }) {
      const bodyHash = isOnceByBody ? createHash("sha256").update(delivery.body).digest() : null;
      const rows = await sql.rows<{ id: string }>(query`
        insert into deliveries (${deliveries.names}, body_hash) values (${deliveries.values(delivery)}, ${bodyHash})
        on conflict do nothing returning id`);
      if (rows.length > 0) return true;
      // A row with this ID means that the same transaction is being retried.
      const own = await sql.rows("select from deliveries where id = $1", [delivery.id]);
      return own.length > 0;
    },

    findById: (id) => findOne("id = $1", [id]),

    find: (organizationId, id) => findOne("organization_id = $1 and id = $2", [organizationId, id]),

    async finish(id, { status, outcome, sessionId }, at) {
      await sql.rows(
        "update deliveries set status = $2, outcome = $3, session_id = $4, worked_at = $5 where id = $1",
        [id, status, outcome, sessionId, at],
      );
    },

    async list(organizationId, page) {
      const where = new Conditions()
        .add("organization_id = $", organizationId)
        .addWhenSet("id < $", page.cursor)
        .addWhenSet("integration_id = $", page.integrationId)
        .addWhenSet("status = $", page.status);
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<Omit<Delivery, "body">>(
        `select ${deliverySummaries.columns} from deliveries where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows, page);
    },

    async deleteBefore(at) {
      const rows = await sql.rows("delete from deliveries where received_at < $1 returning id", [at]);
      return rows.length;
    },
  };
}
