import type { Clock } from "../../core/ports/clock.ts";
import type { Queries } from "../../core/ports/store.ts";
import type { Sql } from "./sql.ts";

export function organizationQueries(sql: Sql, clock: Clock): Queries["organizations"] {
  return {
    async findFirst() {
      const [row] = await sql.rows<{ id: string }>(
        "select id from organizations order by created_at, id limit 1",
        [],
      );
      return row ?? null;
    },

    async insert(organization) {
      await sql.rows(
        "insert into organizations (id, name, created_at) values ($1, $2, $3) on conflict (id) do nothing",
        [organization.id, organization.name, clock.now()],
      );
    },
  };
}
