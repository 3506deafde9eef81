import type { User } from "../../../core/accounts/index.ts";
import type { Clock } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import type { Sql } from "../sql.ts";
import { storableJson } from "../storable.ts";

const columns = "id, email, name, onboarding, settings, created_at, updated_at";

export function userQueries(sql: Sql, clock: Clock): Queries["users"] {
  return {
    async insert(user) {
      await sql.rows(
        `insert into users (${columns}) values ($1, $2, $3, $4::jsonb, $5::jsonb, $6, $7) on conflict (id) do nothing`,
        [user.id, ...changeable(user), user.createdAt, user.updatedAt],
      );
    },

    async find(id) {
      const [row] = await sql.rows<UserRow>(
        `select ${columns} from users where id = $1 and deleted_at is null`,
        [id],
      );
      return row === undefined ? null : toUser(row);
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
      await sql.rows(
        `update users set email = $2, name = $3, onboarding = $4::jsonb, settings = $5::jsonb, updated_at = $6
         where id = $1`,
        [user.id, ...changeable(user), user.updatedAt],
      );
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
      await sql.rows("delete from forge_names where user_id = $1", [id]);
      await sql.rows(
        `update users set email = null, name = null, onboarding = null, settings = '{}', updated_at = $2, deleted_at = $2
         where id = $1`,
        [id, clock.now()],
      );
    },
  };
}

const changeable = ({ email, name, onboarding, settings }: User) => [
  email,
  name,
  onboarding && storableJson(onboarding),
  storableJson(settings),
];

interface UserRow {
  id: string;
  email: string | null;
  name: string | null;
  onboarding: User["onboarding"];
  settings: User["settings"];
  created_at: Date;
  updated_at: Date;
}

const toUser = (row: UserRow): User => ({
  id: row.id,
  email: row.email,
  name: row.name,
  onboarding: row.onboarding,
  settings: row.settings,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
