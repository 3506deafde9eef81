import type { Queries } from "../../../core/ports.ts";
import type { Sql } from "../sql.ts";

export function pollingQueries(sql: Sql): Queries["polling"] {
  return {
    async cursors(integrationId) {
      const rows = await sql.rows<{ id: string; polled_until: Date }>(
        "select id, polled_until from repositories where integration_id = $1 and polled_until is not null",
        [integrationId],
      );
      return new Map(rows.map((row) => [row.id, row.polled_until]));
    },

    async advance(repositoryId, until) {
      await sql.rows("update repositories set polled_until = greatest(polled_until, $2) where id = $1", [
        repositoryId,
        until,
      ]);
    },
  };
}
