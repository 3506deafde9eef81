import type { Queries } from "../../../core/ports/store/store.ts";
import type { Sql } from "../sql.ts";

export function passwordQueries(sql: Sql): Queries["passwords"] {
  return {
    async isAnySet() {
      const rows = await sql.rows("select 1 from user_passwords limit 1", []);
      return rows.length > 0;
    },
  };
}
