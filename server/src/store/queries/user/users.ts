import type { User } from "../../../core/accounts/index.ts";
import type { Clock } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { users } from "./user-table.ts";

export function userQueries(sql: Sql, clock: Clock): Queries["users"] {
  return {
    async insert(user) {
      await sql.rows(
        query`insert into users (${users.names}) values (${users.values(user)}) on conflict (id) do nothing`,
      );
    },

    async find(id) {
      const [row] = await sql.rows<User>(
        `select ${users.columns} from users where id = $1 and deleted_at is null`,
        [id],
      );
      return row ?? null;
    },

    async lock(id) {
      await sql.rows("select 1 from users where id = $1 for update", [id]);
    },

    async managedBy(id) {
      const [row] = await sql.rows<{ managed_by: string | null }>(
        "select managed_by from users where id = $1",
        [id],
      );
      return row?.managed_by ?? null;
    },

    async setManagedBy(id, organizationId) {
      await sql.rows("update users set managed_by = $2 where id = $1", [id, organizationId]);
    },

    async update(user) {
      await sql.rows(query`
        update users set ${users.set(user, "id", "createdAt")} where id = ${user.id} and deleted_at is null`);
    },

    async forgeNames(id) {
      const rows = await sql.rows<{ integration_id: string; login: string }>(
        "select integration_id, login from forge_names where user_id = $1",
        [id],
      );
      return new Map(rows.map((row) => [row.integration_id, row.login]));
    },

    async setForgeName(id, integrationId, login) {
      if (login === null) {
        await sql.rows("delete from forge_names where user_id = $1 and integration_id = $2", [
          id,
          integrationId,
        ]);
        return;
      }
      await sql.rows(
        `insert into forge_names (user_id, integration_id, login) values ($1, $2, $3)
         on conflict (user_id, integration_id) do update set login = excluded.login`,
        [id, integrationId, login],
      );
    },

    async forget(id) {
      for (const table of ["forge_names", "push_subscriptions", "notification_preferences", "notifications"])
        await sql.rows(`delete from ${table} where user_id = $1`, [id]);
      await sql.rows(
        `update users set email = null, name = null, onboarding = null, settings = '{}', updated_at = $2, deleted_at = $2
         where id = $1`,
        [id, clock.now()],
      );
    },
  };
}
