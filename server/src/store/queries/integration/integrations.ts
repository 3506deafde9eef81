import { AppError } from "../../../core/base/index.ts";
import type { Integration } from "../../../core/forges/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { containing, type Sql } from "../sql.ts";

const columns = `id, organization_id, forge, display_name, web_url, api_url, account, settings, enabled_at,
  last_synced_at, created_at, updated_at`;

export function integrationQueries(sql: Sql): Queries["integrations"] {
  const find = async (condition: string, values: readonly unknown[]) => {
    const rows = await sql.rows<IntegrationRow>(
      `select ${columns} from integrations where ${condition}`,
      values,
    );
    return rows.map(toIntegration);
  };

  return {
    async insert(integration) {
      await sql.rows(
        `insert into integrations (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (id) do nothing`,
        [
          integration.id,
          integration.organizationId,
          integration.forge,
          integration.displayName,
          integration.webUrl,
          integration.apiUrl,
          integration.account,
          integration.settings,
          integration.enabledAt,
          integration.lastSyncedAt,
          integration.createdAt,
          integration.updatedAt,
        ],
      );
    },

    find: async (organizationId, id) =>
      (await find("organization_id = $1 and id = $2", [organizationId, id]))[0] ?? null,

    get: async (id) => (await find("id = $1", [id]))[0] ?? null,

    async update(integration) {
      const rows = await sql.rows(
        `update integrations set display_name = $2, web_url = $3, api_url = $4, account = $5, settings = $6,
           enabled_at = $7, last_synced_at = $8, updated_at = $9
         where id = $1 returning id`,
        [
          integration.id,
          integration.displayName,
          integration.webUrl,
          integration.apiUrl,
          integration.account,
          integration.settings,
          integration.enabledAt,
          integration.lastSyncedAt,
          integration.updatedAt,
        ],
      );
      if (rows.length === 0) throw new AppError("not_found", `There is no integration ${integration.id}.`);
    },

    async delete(organizationId, id) {
      await sql.rows(
        "update repositories set integration_id = null, enabled_at = null where integration_id = $1",
        [id],
      );
      await sql.rows(
        "delete from secrets where organization_id = $1 and kind = 'integration' and name = $2",
        [organizationId, id],
      );
      await sql.rows("delete from integrations where organization_id = $1 and id = $2", [organizationId, id]);
    },

    async list(organizationId, page) {
      const where = new Conditions()
        .add("organization_id = $", organizationId)
        .addWhenSet("id < $", page.cursor)
        .addWhenSet("(enabled_at is not null) = $", page.enabled)
        .addWhenSet(
          `exists (select from repositories
             where integration_id = integrations.id and repositories.enabled_at is not null) = $`,
          page.hasEnabledRepositories,
        )
        .addWhenSet("id = any ($::uuid[])", page.ids)
        .addWhenSet("forge = any ($::text[])", page.forges)
        .addWhenSet("created_at > $", page.createdAfter)
        .addWhenSet("display_name ilike $", page.search === undefined ? undefined : containing(page.search));
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<IntegrationRow>(
        `select ${columns} from integrations where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toIntegration), page);
    },

    async count(organizationId) {
      const [row] = await sql.rows<{ total: number }>(
        "select count(*)::float8 as total from integrations where organization_id = $1",
        [organizationId],
      );
      return row!.total;
    },

    enabledOf: (forge, limit) =>
      find("forge = $1 and enabled_at is not null order by id limit $2", [forge, limit]),

    allEnabled: () => find("enabled_at is not null order by id", []),

    async repositoryCounts(ids) {
      const rows = await sql.rows<{ integration_id: string; total: number }>(
        `select integration_id, count(*)::float8 as total from repositories
         where integration_id = any ($1::uuid[]) group by integration_id`,
        [ids],
      );
      return new Map(rows.map((row) => [row.integration_id, row.total]));
    },
  };
}

interface IntegrationRow {
  id: string;
  organization_id: string;
  forge: Integration["forge"];
  display_name: string;
  web_url: string;
  api_url: string;
  account: Integration["account"];
  settings: Integration["settings"];
  enabled_at: Date | null;
  last_synced_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

const toIntegration = (row: IntegrationRow): Integration => ({
  id: row.id,
  organizationId: row.organization_id,
  forge: row.forge,
  displayName: row.display_name,
  webUrl: row.web_url,
  apiUrl: row.api_url,
  account: row.account,
  settings: row.settings,
  enabledAt: row.enabled_at,
  lastSyncedAt: row.last_synced_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
