import type { Repository } from "../../../core/forges/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead } from "../page.ts";
import type { Sql } from "../sql.ts";

/** Queries for syncs, removals and lists of repositories. The queries that return repositories find IDs and read the rows through `repositories`. */
export function syncedRepositoryQueries(
  sql: Sql,
  repositories: Queries["repositories"],
): Queries["syncedRepositories"] {
  const read = async (organizationId: string, rows: readonly { id: string }[]): Promise<Repository[]> =>
    rows.length === 0
      ? []
      : repositories.findMany(
          organizationId,
          rows.map(({ id }) => id),
        );

  return {
    async lockByExternalIds({ id, organizationId }, externalIds) {
      const rows = await sql.rows<{ id: string }>(
        `select id from repositories where integration_id = $1 and external_id = any ($2::text[])
         order by id for update`,
        [id, externalIds],
      );
      return read(organizationId, rows);
    },

    async lock(organizationId, id) {
      const rows = await sql.rows<{ id: string }>(
        "select id from repositories where organization_id = $1 and id = $2 for update",
        [organizationId, id],
      );
      return (await read(organizationId, rows))[0] ?? null;
    },

    async markVanished(ids, at) {
      const rows = await sql.rows(
        `update repositories set vanished_at = $2, enabled_at = null, updated_at = $2
         where id = any ($1::uuid[]) and vanished_at is null returning id`,
        [ids, at],
      );
      return rows.length;
    },

    async markSeen(ids) {
      await sql.rows(
        "update repositories set vanished_at = null where id = any ($1::uuid[]) and vanished_at is not null",
        [ids],
      );
    },

    async markRemoved(id, at, { freesName }) {
      await sql.rows(
        `update repositories set removed_at = $2, enabled_at = null, updated_at = $2,
           name = case when $3 then left(name, 70) || '.removed-' || right(id::text, 12) else name end
         where id = $1`,
        [id, at, freesName],
      );
    },

    async lockRemoved(owner, name) {
      const [row] = await sql.rows<{ id: string; organization_id: string }>(
        `select id, organization_id from repositories
         where forge = 'local' and lower(owner) = lower($1) and lower(name) = lower($2) and removed_at is not null for update`,
        [owner, name],
      );
      return row === undefined ? null : { id: row.id, organizationId: row.organization_id };
    },

    async restore(id, at) {
      await sql.rows(
        "update repositories set removed_at = null, enabled_at = $2, updated_at = $2 where id = $1",
        [id, at],
      );
    },

    async hasTurns(id) {
      const rows = await sql.rows(
        `select from turns t join session_repositories r on r.session_id = t.session_id
         where r.repository_id = $1 and t.status in ('queued', 'running') limit 1`,
        [id],
      );
      return rows.length > 0;
    },

    async list(organizationId, page) {
      const where = new Conditions()
        .also("removed_at is null")
        .add("organization_id = $", organizationId)
        .addWhenSet("integration_id = $", page.integrationId)
        .addWhenSet("(enabled_at is not null) = $", page.enabled)
        .addWhenSet("id = any ($::uuid[])", page.ids)
        .addWhenSet(page.order === "asc" ? "id > $" : "id < $", page.cursor)
        .addWhenSet("position(lower($) in lower(owner || '/' || name)) > 0", page.search);
      const limit = where.value(rowsToRead(page));
      const direction = page.order === "asc" ? "asc" : "desc";
      const rows = await sql.rows<{ id: string }>(
        `select id from repositories where ${where.text} order by id ${direction} limit ${limit}`,
        where.values,
      );
      const items = await read(organizationId, rows.slice(0, page.limit));
      return { items, nextCursor: rows.length > page.limit ? items.at(-1)!.id : null };
    },
  };
}
