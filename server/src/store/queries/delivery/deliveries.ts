import type { Delivery } from "../../../core/forges/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import type { Sql } from "../sql.ts";

const columnsBesideBody = `id, organization_id, integration_id, forge, delivery_id, event_name, source, headers,
  status, outcome, session_id, received_at, worked_at`;
const columns = `id, organization_id, integration_id, forge, delivery_id, event_name, source, headers, body, status,
  outcome, session_id, received_at, worked_at`;

export function deliveryQueries(sql: Sql): Queries["deliveries"] {
  const findOne = async (condition: string, values: readonly unknown[]) => {
    const [row] = await sql.rows<DeliveryRow>(`select ${columns} from deliveries where ${condition}`, values);
    return row === undefined ? null : toDelivery(row);
  };

  return {
    async insert(delivery, { isOnceByBody } = { isOnceByBody: false }) {
      const rows = await sql.rows<{ id: string }>(
        `insert into deliveries (${columns}, body_hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, case when $15 then sha256($9) end)
         on conflict do nothing returning id`,
        [
          delivery.id,
          delivery.organizationId,
          delivery.integrationId,
          delivery.forge,
          delivery.deliveryId,
          delivery.eventName,
          delivery.source,
          delivery.headers,
          delivery.body,
          delivery.status,
          delivery.outcome,
          delivery.sessionId,
          delivery.receivedAt,
          delivery.workedAt,
          isOnceByBody,
        ],
      );
      if (rows.length > 0) return true;
      // The same id again is the same transaction, tried again.
      const own = await sql.rows("select from deliveries where id = $1", [delivery.id]);
      return own.length > 0;
    },

    get: (id) => findOne("id = $1", [id]),

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
      const rows = await sql.rows<Omit<DeliveryRow, "body">>(
        `select ${columnsBesideBody} from deliveries where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toSummary), page);
    },

    async deleteBefore(at) {
      const rows = await sql.rows("delete from deliveries where received_at < $1 returning id", [at]);
      return rows.length;
    },
  };
}

interface DeliveryRow {
  id: string;
  organization_id: string;
  integration_id: string | null;
  forge: Delivery["forge"];
  delivery_id: string;
  event_name: string;
  source: Delivery["source"];
  headers: Delivery["headers"];
  body: Buffer;
  status: Delivery["status"];
  outcome: string | null;
  session_id: string | null;
  received_at: Date;
  worked_at: Date | null;
}

const toDelivery = (row: DeliveryRow): Delivery => ({ ...toSummary(row), body: row.body });

const toSummary = (row: Omit<DeliveryRow, "body">): Omit<Delivery, "body"> => ({
  id: row.id,
  organizationId: row.organization_id,
  integrationId: row.integration_id,
  forge: row.forge,
  deliveryId: row.delivery_id,
  eventName: row.event_name,
  source: row.source,
  headers: row.headers,
  status: row.status,
  outcome: row.outcome,
  sessionId: row.session_id,
  receivedAt: row.received_at,
  workedAt: row.worked_at,
});
