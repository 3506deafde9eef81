import { AppError } from "../../../core/base/index.ts";
import type { Integration } from "../../../core/forges/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query } from "../query.ts";
import { containing, type Sql } from "../sql.ts";
import { integrations } from "./integration-table.ts";

export function integrationQueries(sql: Sql): Queries["integrations"] {
  const find = async (condition: string, values: readonly unknown[]) => {
    const rows = await sql.rows<Integration>(
      `select ${integrations.columns} from integrations where ${condition}`,
      values,
    );
    return rows;
  };

  return {
    async insert(integration) {
      await sql.rows(query`
        insert into integrations (${integrations.names}) values (${integrations.values(integration)})
        on conflict (id) do nothing`);
    },

    find: async (organizationId, id) =>
      (await find("organization_id = $1 and id = $2", [organizationId, id]))[0] ?? null,

    findById: async (id) => (await find("id = $1", [id]))[0] ?? null,

    async update(integration) {
      const changed = integrations.set(integration, "id", "organizationId", "forge", "createdAt");
      const rows = await sql.rows(
        query`update integrations set ${changed} where id = ${integration.id} returning id`,
      );
      if (rows.length === 0) throw new AppError("not_found", `Integration ${integration.id} was not found.`);
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
      const rows = await sql.rows<Integration>(
        `select ${integrations.columns} from integrations where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows, page);
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
