import type { Webhook } from "../../../core/automation/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import type { Sql } from "../sql.ts";

const columns = `id, organization_id, url, description, events, enabled_at, disabled_at, disabled_reason, failures, failing_since,
  created_at, updated_at`;

export function webhookQueries(sql: Sql): Queries["webhooks"] {
  const findOne = async (condition: string, values: readonly unknown[]) => {
    const [row] = await sql.rows<WebhookRow>(`select ${columns} from webhooks where ${condition}`, values);
    return row === undefined ? null : toWebhook(row);
  };

  return {
    async insert(webhook) {
      await sql.rows(
        `insert into webhooks (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (id) do nothing`,
        [
          webhook.id,
          webhook.organizationId,
          webhook.url,
          webhook.description,
          webhook.events,
          webhook.enabledAt,
          webhook.disabledAt,
          webhook.disabledReason,
          webhook.failures,
          webhook.failingSince,
          webhook.createdAt,
          webhook.updatedAt,
        ],
      );
    },

    find: (organizationId, id) => findOne("organization_id = $1 and id = $2", [organizationId, id]),

    lock: (organizationId, id) =>
      findOne("organization_id = $1 and id = $2 for no key update", [organizationId, id]),

    async update(webhook) {
      await sql.rows(
        `update webhooks set url = $2, description = $3, events = $4, enabled_at = $5, disabled_at = $6,
           disabled_reason = $7, failures = $8, failing_since = $9, updated_at = $10 where id = $1`,
        [
          webhook.id,
          webhook.url,
          webhook.description,
          webhook.events,
          webhook.enabledAt,
          webhook.disabledAt,
          webhook.disabledReason,
          webhook.failures,
          webhook.failingSince,
          webhook.updatedAt,
        ],
      );
    },

    async delete(organizationId, id) {
      await sql.rows("delete from webhooks where organization_id = $1 and id = $2", [organizationId, id]);
    },

    async list(organizationId, page) {
      const where = new Conditions()
        .add("organization_id = $", organizationId)
        .addWhenSet("id < $", page.cursor);
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<WebhookRow>(
        `select ${columns} from webhooks where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toWebhook), page);
    },

    async countOthers(organizationId, except) {
      const [row] = await sql.rows<{ count: number }>(
        "select count(*)::integer as count from webhooks where organization_id = $1 and id <> $2",
        [organizationId, except],
      );
      return row!.count;
    },

    async toTell(organizationId, happenedAt) {
      const rows = await sql.rows<WebhookRow>(
        `select ${columns} from webhooks
         where organization_id = $1 and (enabled_at is not null or disabled_at >= $2) order by id`,
        [organizationId, happenedAt],
      );
      return rows.map(toWebhook);
    },

    async noteSuccess(id) {
      await sql.rows(
        "update webhooks set failures = 0, failing_since = null where id = $1 and failures > 0",
        [id],
      );
    },

    async noteFailure(id, at) {
      const [row] = await sql.rows<Pick<WebhookRow, "failures" | "failing_since">>(
        `update webhooks set failures = failures + 1, failing_since = coalesce(failing_since, $2)
         where id = $1 returning failures, failing_since`,
        [id, at],
      );
      return row === undefined ? null : { failures: row.failures, failingSince: row.failing_since };
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

interface WebhookRow {
  id: string;
  organization_id: string;
  url: string;
  description: string;
  events: Webhook["events"];
  enabled_at: Date | null;
  disabled_at: Date | null;
  disabled_reason: string | null;
  failures: number;
  failing_since: Date | null;
  created_at: Date;
  updated_at: Date;
}

const toWebhook = (row: WebhookRow): Webhook => ({
  id: row.id,
  organizationId: row.organization_id,
  url: row.url,
  description: row.description,
  events: row.events,
  enabledAt: row.enabled_at,
  disabledAt: row.disabled_at,
  disabledReason: row.disabled_reason,
  failures: row.failures,
  failingSince: row.failing_since,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
