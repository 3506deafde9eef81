import type { JoinToken } from "../../../core/accounts/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { joinTokens } from "./join-token-table.ts";

export function joinTokenQueries(sql: Sql): Queries["joinTokens"] {
  return {
    async insert(token) {
      await sql.rows(query`
        with expired as (delete from join_tokens where expires_at < ${token.createdAt}::timestamptz - interval '1 day')
        insert into join_tokens (${joinTokens.names}) values (${joinTokens.values(token)}) on conflict (id) do nothing`);
    },

    async lock(id) {
      const [row] = await sql.rows<JoinToken>(
        `select ${joinTokens.columns} from join_tokens where id = $1 for update`,
        [id],
      );
      return row ?? null;
    },

    async setUsed(id, requestId, at) {
      await sql.rows("update join_tokens set used_at = $3, used_by = $2 where id = $1", [id, requestId, at]);
    },
  };
}
