import type { Webhook } from "../../../core/automation/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { webhooks } from "./webhook-table.ts";

export function webhookQueries(sql: Sql): Queries["webhooks"] {
  const findOne = async (condition: string, values: readonly unknown[]) => {
    const [row] = await sql.rows<Webhook>(
      `select ${webhooks.columns} from webhooks where ${condition}`,
      values,
    );
    return row ?? null;
  };

  return {
    async insert(webhook) {
      await sql.rows(query`
        insert into webhooks (${webhooks.names}) values (${webhooks.values(webhook)}) on conflict (id) do nothing`);
    },

    find: (organizationId, id) => findOne("organization_id = $1 and id = $2", [organizationId, id]),

    lock: (organizationId, id) =>
      findOne("organization_id = $1 and id = $2 for no key update", [organizationId, id]),

    async update(webhook) {
      const changed = webhooks.set(webhook, "id", "organizationId", "createdAt");
      await sql.rows(query`update webhooks set ${changed} where id = ${webhook.id}`);
    },

    async delete(organizationId, id) {
      await sql.rows("delete from webhooks where organization_id = $1 and id = $2", [organizationId, id]);
    },

    async list(organizationId, page) {
      const where = new Conditions()
        .add("organization_id = $", organizationId)
        .addWhenSet("id < $", page.cursor);
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<Webhook>(
        `select ${webhooks.columns} from webhooks where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows, page);
    },

    async countOthers(organizationId, except) {
      const [row] = await sql.rows<{ count: number }>(
        "select count(*)::integer as count from webhooks where organization_id = $1 and id <> $2",
        [organizationId, except],
      );
      return row!.count;
    },

    async listEnabledAt(organizationId, happenedAt) {
      const rows = await sql.rows<Webhook>(
        `select ${webhooks.columns} from webhooks
         where organization_id = $1 and (enabled_at is not null or disabled_at >= $2) order by id`,
        [organizationId, happenedAt],
      );
      return rows;
    },

    async noteSuccess(id) {
      await sql.rows(
        "update webhooks set failures = 0, failing_since = null where id = $1 and failures > 0",
        [id],
      );
    },

    async noteFailure(id, at) {
      const [row] = await sql.rows<Pick<Webhook, "failures" | "failingSince">>(
        `update webhooks set failures = failures + 1, failing_since = coalesce(failing_since, $2)
         where id = $1 returning failures, failing_since as "failingSince"`,
        [id, at],
      );
      return row ?? null;
    },

    async disable(id, reason, at) {
      await sql.rows(
        `update webhooks set enabled_at = null, disabled_at = $3, disabled_reason = $2, updated_at = $3
         where id = $1 and enabled_at is not null`,
        [id, reason, at],
      );
    },
  };
}
