import type { IntegrationSync, SetupState } from "../../../core/forges/index.ts";
import type { Queries } from "../../../core/ports.ts";
import type { Sql } from "../sql.ts";

const stateColumns = "state_hash, integration_id, purpose, return_url, expires_at, user_id, browser_hash";
const syncColumns = "id, integration_id, enables_new, requested_at, ended_at, succeeded, outcome";

export function integrationSetupQueries(sql: Sql): Queries["integrationSetup"] {
  return {
    async insertState(state, now) {
      await sql.rows("delete from setup_states where expires_at <= $1", [now]);
      await sql.rows(
        `insert into setup_states (${stateColumns}) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
        [
          state.hash,
          state.integrationId,
          state.purpose,
          state.returnUrl,
          state.expiresAt,
          state.beginner.userId,
          state.beginner.browserHash,
        ],
      );
    },

    async findState(hash, now) {
      const [row] = await sql.rows<StateRow>(
        `select ${stateColumns} from setup_states where state_hash = $1 and expires_at > $2`,
        [hash, now],
      );
      return row === undefined ? null : toState(row);
    },

    async takeState(hash, now) {
      const [row] = await sql.rows<StateRow>(
        `delete from setup_states where state_hash = $1 and expires_at > $2 returning ${stateColumns}`,
        [hash, now],
      );
      return row === undefined ? null : toState(row);
    },

    async holdAccount({ organizationId, forge, webUrl, account }) {
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

    async insertSync({ id, integrationId, enablesNew, requestedAt }) {
      await sql.rows(
        `insert into integration_syncs (id, integration_id, enables_new, requested_at)
         values ($1, $2, $3, $4) on conflict (id) do nothing`,
        [id, integrationId, enablesNew, requestedAt],
      );
    },

    async openSyncs(integrationId) {
      const rows = await sql.rows<SyncRow>(
        `select ${syncColumns} from integration_syncs where integration_id = $1 and ended_at is null
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
      const [row] = await sql.rows<SyncRow>(
        `select ${syncColumns} from integration_syncs where integration_id = $1
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

interface StateRow {
  state_hash: Buffer;
  integration_id: string;
  purpose: SetupState["purpose"];
  return_url: string | null;
  expires_at: Date;
  user_id: string;
  browser_hash: Buffer | null;
}

const toState = (row: StateRow): SetupState => ({
  hash: row.state_hash,
  integrationId: row.integration_id,
  purpose: row.purpose,
  returnUrl: row.return_url,
  expiresAt: row.expires_at,
  beginner: { userId: row.user_id, browserHash: row.browser_hash },
});

interface SyncRow {
  id: string;
  integration_id: string;
  enables_new: boolean;
  requested_at: Date;
  ended_at: Date | null;
  succeeded: boolean | null;
  outcome: string | null;
}

const toSync = (row: SyncRow): IntegrationSync => ({
  id: row.id,
  integrationId: row.integration_id,
  enablesNew: row.enables_new,
  requestedAt: row.requested_at,
  state:
    row.ended_at === null
      ? { status: "requested" }
      : {
          status: row.succeeded ? "succeeded" : "failed",
          endedAt: row.ended_at,
          outcome: row.outcome ?? "",
        },
});
