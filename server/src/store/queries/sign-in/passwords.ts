import type { Password } from "../../../core/accounts/index.ts";
import type { Clock } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import type { Sql } from "../sql.ts";
import { passwords } from "./sign-in-table.ts";

export function passwordQueries(sql: Sql, clock: Clock): Queries["passwords"] {
  const find = async (condition: string, value: string) => {
    const [row] = await sql.rows<Password>(
      `select ${passwords.columns} from user_passwords where ${condition}`,
      [value],
    );
    return row ?? null;
  };

  return {
    async isAnySet() {
      const rows = await sql.rows("select 1 from user_passwords limit 1", []);
      return rows.length > 0;
    },

    findByEmail: (email) => find("lower(email) = lower($1)", email),
    findOf: (userId) => find("user_id = $1", userId),

    async save({ userId, email, hash }) {
      await sql.rows(
        `insert into user_passwords (user_id, email, hash, updated_at) values ($1, $2, $3, $4)
         on conflict (user_id) do update
           set email = excluded.email, hash = excluded.hash, updated_at = excluded.updated_at`,
        [userId, email, hash, clock.now()],
      );
    },

    async rehash(known, hash) {
      await sql.rows("update user_passwords set hash = $3 where user_id = $1 and hash = $2", [
        known.userId,
        known.hash,
        hash,
      ]);
    },

    async changeEmail(userId, email) {
      await sql.rows("update user_passwords set email = $2 where user_id = $1", [userId, email]);
    },

    async delete(userId) {
      await sql.rows("delete from user_passwords where user_id = $1", [userId]);
    },
  };
}
