import type { Queries } from "../../../core/ports.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import type { RowOf } from "../table.ts";
import { fromState, integrationSyncs, setupStates, toState, toSync } from "./integration-table.ts";

export function integrationSetupQueries(sql: Sql): Queries["integrationSetup"] {
  return {
    async insertState(state, now) {
      await sql.rows("delete from setup_states where expires_at <= $1", [now]);
      await sql.rows(query`
        insert into setup_states (${setupStates.names}) values (${setupStates.values(fromState(state))})
        on conflict do nothing`);
    },

    async findState(hash, now) {
      const [row] = await sql.rows<RowOf<typeof setupStates>>(
        `select ${setupStates.columns} from setup_states where state_hash = $1 and expires_at > $2`,
        [hash, now],
      );
      return row === undefined ? null : toState(row);
    },

    async takeState(hash, now) {
      const [row] = await sql.rows<RowOf<typeof setupStates>>(
        `delete from setup_states where state_hash = $1 and expires_at > $2 returning ${setupStates.columns}`,
        [hash, now],
      );
      return row === undefined ? null : toState(row);
    },

    async lockAccount({ organizationId, forge, webUrl, account }) {
      const name = ["integration", organizationId, forge, webUrl, account.id].join("\n");
      await sql.rows("select pg_advisory_xact_lock(hashtextextended($1, 0))", [name]);
      const rows = await sql.rows<{ id: string }>(
        `select id from integrations
         where organization_id = $1 and forge = $2 and web_url = $3 and account ->> 'id' = $4 order by id`,
        [organizationId, forge, webUrl, account.id],
      );
      return rows.map(({ id }) => id);
    },

    async lockIntegration(integrationId) {
      const rows = await sql.rows("select id from integrations where id = $1 for no key update", [
        integrationId,
      ]);
      return rows.length > 0;
    },

    async setSynced(integrationId, at) {
      await sql.rows("update integrations set last_synced_at = $2 where id = $1", [integrationId, at]);
    },

    async reserveRenewal(integrationId, renewalId, forMs) {
      const rows = await sql.rows(
        `insert into credential_renewals as known (integration_id, renewal_id, ends_at)
         select id, $2, clock_timestamp() + make_interval(secs => $3) from integrations where id = $1
         on conflict (integration_id) do update set renewal_id = excluded.renewal_id, ends_at = excluded.ends_at
           where known.ends_at < clock_timestamp() or known.renewal_id = excluded.renewal_id
         returning renewal_id`,
        [integrationId, renewalId, forMs / 1_000],
      );
      return rows.length > 0;
    },

    async endRenewal(integrationId, renewalId) {
      await sql.rows("delete from credential_renewals where integration_id = $1 and renewal_id = $2", [
        integrationId,
        renewalId,
      ]);
    },

    async insertSync({ id, integrationId, enablesNew, requestedAt }) {
      await sql.rows(
        `insert into integration_syncs (id, integration_id, enables_new, requested_at)
         values ($1, $2, $3, $4) on conflict (id) do nothing`,
        [id, integrationId, enablesNew, requestedAt],
      );
    },

    async openSyncs(integrationId) {
      const rows = await sql.rows<RowOf<typeof integrationSyncs>>(
        `select ${integrationSyncs.columns} from integration_syncs where integration_id = $1 and ended_at is null
         order by requested_at, id`,
        [integrationId],
      );
      return rows.map(toSync);
    },

    async endSync(id, end, at) {
      await sql.rows(
        `update integration_syncs set ended_at = $2, succeeded = $3, outcome = $4
         where id = $1 and ended_at is null`,
        [id, at, end.status === "succeeded", end.outcome],
      );
      await sql.rows(
        `delete from integration_syncs as older using integration_syncs as ended
         where ended.id = $1 and older.integration_id = ended.integration_id and older.id <> ended.id
           and older.ended_at <= ended.ended_at`,
        [id],
      );
    },

    async lastSync(integrationId) {
      const [row] = await sql.rows<RowOf<typeof integrationSyncs>>(
        `select ${integrationSyncs.columns} from integration_syncs where integration_id = $1
         order by ended_at desc nulls last, requested_at desc limit 1`,
        [integrationId],
      );
      return row === undefined ? null : toSync(row);
    },

    async countSyncs(organizationId, since) {
      const [row] = await sql.rows<{ total: number }>(
        `select count(*)::float8 as total from integration_syncs
         join integrations on integrations.id = integration_syncs.integration_id
         where organization_id = $1 and ended_at is null and requested_at > $2`,
        [organizationId, since],
      );
      return row!.total;
    },
  };
}
