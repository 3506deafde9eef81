import type { PushSubscription } from "../../../core/automation/index.ts";
import type { Clock } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import type { RowOf } from "../table.ts";
import { pushKeys, pushSubscriptions } from "./notification-table.ts";

export function pushQueries(sql: Sql, clock: Clock): Queries["push"] {
  return {
    async findKeys() {
      const [row] = await sql.rows<RowOf<typeof pushKeys>>(`select ${pushKeys.columns} from push_keys`, []);
      if (row === undefined) return null;
      return {
        publicKey: row.publicKey,
        sealed: { bytes: row.sealedKey, masterKeyId: row.masterKeyId },
      };
    },

    async insertKeys({ sealed, ...keys }) {
      const row = { ...keys, isOnly: true, sealedKey: sealed.bytes, masterKeyId: sealed.masterKeyId };
      await sql.rows(query`
        insert into push_keys (${pushKeys.names}) values (${pushKeys.values(row)}) on conflict do nothing`);
    },

    async find(id) {
      const [row] = await sql.rows<PushSubscription>(
        `select ${pushSubscriptions.columns} from push_subscriptions where id = $1`,
        [id],
      );
      return row ?? null;
    },

    list: (userId) =>
      sql.rows<PushSubscription>(
        `select ${pushSubscriptions.columnsOf("p")} from push_subscriptions p join api_keys k on k.id = p.created_by_key
         where p.user_id = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > $2)
         order by p.id desc`,
        [userId, clock.now()],
      ),

    async save(subscription) {
      const changed = pushSubscriptions.set(subscription, "endpoint");
      await sql.rows(query`
        insert into push_subscriptions (${pushSubscriptions.names})
        values (${pushSubscriptions.values(subscription)})
        on conflict (endpoint) do update set ${changed}`);
    },

    async keepNewest(userId, count) {
      await sql.rows(
        `delete from push_subscriptions where user_id = $1
           and id not in (select id from push_subscriptions where user_id = $1 order by id desc limit $2)`,
        [userId, count],
      );
    },

    async delete(id) {
      await sql.rows("delete from push_subscriptions where id = $1", [id]);
    },
  };
}
