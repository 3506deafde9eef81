import type { Clock } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import type { Sql } from "../sql.ts";

export function knownBrowserQueries(sql: Sql, clock: Clock): Queries["knownBrowsers"] {
  return {
    async insert(userId, tokenHash, keep) {
      await sql.rows(
        `insert into known_browsers (token_hash, user_id, created_at)
         select $2, user_id, $3 from user_passwords where user_id = $1 on conflict (token_hash) do nothing`,
        [userId, tokenHash, clock.now()],
      );
      await sql.rows(
        `delete from known_browsers where token_hash in (
           select token_hash from known_browsers where user_id = $1 order by created_at desc, token_hash offset $2
         )`,
        [userId, keep],
      );
    },

    async belongsTo(email, tokenHash) {
      const rows = await sql.rows(
        `select 1 from known_browsers b join user_passwords p using (user_id)
         where b.token_hash = $2 and lower(p.email) = lower($1)`,
        [email, tokenHash],
      );
      return rows.length > 0;
    },

    async forget(userId) {
      await sql.rows("delete from known_browsers where user_id = $1", [userId]);
    },
  };
}
