import type { ApiKey, Role } from "../../../core/accounts/index.ts";
import { AppError, type Clock } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { apiKeys } from "./api-key-table.ts";

/** Minimum time between two updates of a key's last use, so that a busy key does not cause a write for each request. */
const useGrainMs = 60_000;

export function apiKeyQueries(sql: Sql, clock: Clock): Queries["apiKeys"] {
  return {
    async insert(key, tokenHash) {
      const rows = await sql.rows(query`
        insert into api_keys (${apiKeys.names}, token_hash) values (${apiKeys.values(key)}, ${tokenHash})
        on conflict (token_hash) do update set updated_at = excluded.updated_at where api_keys.id = excluded.id
        returning id`);
      if (rows.length === 0)
        throw new AppError("conflict", "This API key already exists. Choose another token.");
    },

    async findByTokenHash(kind, tokenHash) {
      const now = clock.now();
      const [row] = await sql.rows<GoodKeyRow>(
        `select ${apiKeys.columns}, expires_at as "expiresAt", confirmed_at as "confirmedAt",
           page_secret_hash as "pageSecretHash",
           (select role from members m where m.organization_id = k.organization_id and m.user_id = k.user_id) as role
         from api_keys k
         where token_hash = $2 and kind = $1 and revoked_at is null and (expires_at is null or expires_at > $3)`,
        [kind, tokenHash, now],
      );
      if (row === undefined) return null;
      const { role, ...key } = row;
      if (role === null) return null;
      if (key.lastUsedAt === null || now.getTime() - key.lastUsedAt.getTime() >= useGrainMs) {
        await sql.rows("update api_keys set last_used_at = $2 where id = $1", [key.id, now]);
        return { ...key, role, kind, lastUsedAt: now };
      }
      return { ...key, role, kind };
    },

    async find(organizationId, id) {
      const [row] = await sql.rows<ApiKey>(
        `select ${apiKeys.columns} from api_keys where organization_id = $1 and id = $2 and kind = 'key' and revoked_at is null`,
        [organizationId, id],
      );
      return row ?? null;
    },

    async isKnown(tokenHash) {
      const rows = await sql.rows("select 1 from api_keys where token_hash = $1", [tokenHash]);
      return rows.length > 0;
    },

    async personOf(id) {
      const [row] = await sql.rows<{ user_id: string; role: Role }>(
        `select k.user_id, m.role from api_keys k join members m
           on m.organization_id = k.organization_id and m.user_id = k.user_id
         where k.id = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > $2)`,
        [id, clock.now()],
      );
      return row === undefined ? null : { userId: row.user_id, role: row.role };
    },

    async list(organizationId, page) {
      const where = new Conditions()
        .add("organization_id = $", organizationId)
        .also("kind = 'key' and revoked_at is null")
        .addWhenSet("user_id = $", page.userId)
        .addWhenSet("id < $", page.cursor);
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<ApiKey>(
        `select ${apiKeys.columns} from api_keys where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows, page);
    },

    async countOthers({ organizationId, userId }, id) {
      const [row] = await sql.rows<{ count: number }>(
        `select count(*)::integer as count from api_keys
         where organization_id = $1 and user_id = $2 and kind = 'key' and revoked_at is null and id <> $3`,
        [organizationId, userId, id],
      );
      return row!.count;
    },

    async makeBootstrap(organizationId, tokenHash) {
      const [key] = await sql.rows<{ id: string }>(
        `update api_keys set is_bootstrap = true
         where organization_id = $1 and token_hash = $2 and kind = 'key' and revoked_at is null returning id`,
        [organizationId, tokenHash],
      );
      if (key === undefined) return false;
      await sql.rows(
        `update api_keys set revoked_at = $3, updated_at = $3
         where organization_id = $1 and revoked_at is null
           and id in (select id from api_keys where is_bootstrap and id <> $2
                      union select s.id from api_keys s join api_keys k on k.id = s.made_by where k.is_bootstrap and k.id <> $2)`,
        [organizationId, key.id, clock.now()],
      );
      return true;
    },

    async lock(id) {
      const rows = await sql.rows(
        "select 1 from api_keys where id = $1 and kind = 'key' and revoked_at is null for share",
        [id],
      );
      return rows.length > 0;
    },

    async rename(organizationId, id, name) {
      const [row] = await sql.rows<ApiKey>(
        `update api_keys set name = $3, updated_at = $4
         where organization_id = $1 and id = $2 and kind = 'key' and revoked_at is null returning ${apiKeys.columns}`,
        [organizationId, id, name, clock.now()],
      );
      return row ?? null;
    },

    async userOf(id) {
      const [row] = await sql.rows<{ user_id: string }>("select user_id from api_keys where id = $1", [id]);
      return row?.user_id ?? null;
    },

    async revokeOf(organizationId, userId) {
      await sql.rows(
        `update api_keys set revoked_at = $3, updated_at = $3
         where organization_id = $1 and revoked_at is null and user_id = coalesce($2::uuid, user_id)`,
        [organizationId, userId, clock.now()],
      );
    },

    // A key with the same revocation time counts as revoked by this call, so that a retry reports success.
    async revoke(organizationId, id) {
      const rows = await sql.rows(
        `update api_keys set revoked_at = $3, updated_at = $3
         where organization_id = $1 and id = $2 and kind = 'key' and (revoked_at is null or revoked_at = $3) returning id`,
        [organizationId, id, clock.now()],
      );
      if (rows.length === 0) return false;
      // Runs as a separate statement, which also sees sign-ins that were created with the key in the meantime.
      await sql.rows(
        "update api_keys set revoked_at = $2, updated_at = $2 where made_by = $1 and revoked_at is null",
        [id, clock.now()],
      );
      return true;
    },
  };
}

type GoodKeyRow = ApiKey & {
  readonly role: Role | null;
  readonly expiresAt: Date | null;
  readonly confirmedAt: Date | null;
  readonly pageSecretHash: Buffer | null;
};
