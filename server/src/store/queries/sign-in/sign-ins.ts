import type { SignIn } from "../../../core/accounts/index.ts";
import type { Clock } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { signIns } from "./sign-in-table.ts";

/** Value of the columns for a key's name and token preview, which a sign-in does not have. */
const name = "sign-in";

export function signInQueries(sql: Sql, clock: Clock): Queries["signIns"] {
  return {
    async insert(signIn, hashes) {
      const confirmedAt = signIn.madeByKeyId === null ? signIn.createdAt : null;
      await sql.rows(query`
        insert into api_keys (${signIns.names}, name, token_preview, updated_at, kind, token_hash, confirmed_at, page_secret_hash)
        values (${signIns.values({ ...signIn, lastUsedAt: null })}, ${name}, ${name}, ${signIn.createdAt}, 'signIn',
          ${hashes.token}, ${confirmedAt}, ${hashes.pageSecret})
        on conflict (id) do nothing`);
    },

    async confirm(id, at) {
      await sql.rows("update api_keys set confirmed_at = $2 where id = $1 and kind = 'signIn'", [id, at]);
    },

    async keepNewest(userId, count) {
      const now = clock.now();
      await sql.rows(
        `update api_keys set revoked_at = $2, updated_at = $2 where id in (
           select id from api_keys
           where user_id = $1 and kind = 'signIn' and revoked_at is null and expires_at > $2
           order by created_at desc, id desc offset $3
         )`,
        [userId, now, count],
      );
    },

    async extend(id, expiresAt) {
      await sql.rows("update api_keys set expires_at = $2 where id = $1 and kind = 'signIn'", [
        id,
        expiresAt,
      ]);
    },

    async revoke(id) {
      await sql.rows(
        `update api_keys set revoked_at = $2, updated_at = $2
         where id = $1 and kind = 'signIn' and revoked_at is null`,
        [id, clock.now()],
      );
    },

    list: (userId) =>
      sql.rows<SignIn>(
        `select ${signIns.columns} from api_keys
         where user_id = $1 and kind = 'signIn' and revoked_at is null and expires_at > $2
         order by created_at desc, id desc`,
        [userId, clock.now()],
      ),

    async revokeOne({ organizationId, userId, id }) {
      const ended = await sql.rows(
        `update api_keys set revoked_at = $4, updated_at = $4
         where organization_id = $1 and user_id = $2 and id = $3 and kind = 'signIn' and revoked_at is null and expires_at > $4
         returning id`,
        [organizationId, userId, id, clock.now()],
      );
      return ended.length > 0;
    },

    async revokeIn(organizationId, userId) {
      await sql.rows(
        `update api_keys set revoked_at = $3, updated_at = $3
         where organization_id = $1 and user_id = $2 and kind = 'signIn' and revoked_at is null`,
        [organizationId, userId, clock.now()],
      );
    },

    async revokeOthers(userId, id) {
      await sql.rows(
        `update api_keys set revoked_at = $3, updated_at = $3
         where user_id = $1 and kind = 'signIn' and revoked_at is null and id is distinct from $2::uuid`,
        [userId, id, clock.now()],
      );
    },
  };
}
