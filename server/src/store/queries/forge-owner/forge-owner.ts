import type { ForgeOwner } from "../../../core/forges/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { forgeOwner } from "./forge-owner-table.ts";

export function forgeOwnerQueries(sql: Sql): Queries["forgeOwner"] {
  return {
    async claim(owner) {
      const [row] = await sql.rows<ForgeOwner>(query`
        insert into forge_owner (${forgeOwner.names}) values (${forgeOwner.values(owner)})
        on conflict (is_only) do update set url = case
          when forge_owner.machine_id = excluded.machine_id then excluded.url else forge_owner.url end
        returning ${forgeOwner.columns}`);
      return row!;
    },

    async find() {
      const [row] = await sql.rows<ForgeOwner>(query`select ${forgeOwner.columns} from forge_owner`);
      return row ?? null;
    },
  };
}
