import type { Queries } from "../../../core/ports.ts";
import type { Preparation } from "../../../core/sessions/index.ts";
import { query, raw } from "../query.ts";
import type { Sql } from "../sql.ts";
import { preparations } from "./preparation-table.ts";

const described = preparations.without("sessionNumber");
/** Wakes the workers, which look at the preparation with this ID. */
const notice = raw("pg_notify('tembo_preparation', id::text)");

/** Labels of a worker. A worker that is not registered has none. */
const labelsOf = (workerId: string) =>
  query`coalesce((select labels from workers where id = ${workerId}), '{}')`;

export function preparationQueries(sql: Sql): Queries["preparations"] {
  return {
    async insert(preparation) {
      const number = raw(
        preparation.request === null ? "null" : "nextval(pg_get_serial_sequence('sessions', 'number'))",
      );
      const row = { ...preparation, workerId: null, usedAt: null };
      const rows = await sql.rows(query`
        insert into preparations (${described.names}, session_number)
        values (${described.values(row)}, ${number})
        on conflict do nothing returning ${notice}`);
      return rows.length > 0;
    },

    async find(id) {
      const [row] = await sql.rows<Preparation>(
        `select ${preparations.columns} from preparations where id = $1`,
        [id],
      );
      return row ?? null;
    },

    async lock(id) {
      const [row] = await sql.rows<Preparation>(
        `select ${preparations.columns} from preparations where id = $1 for update`,
        [id],
      );
      return row ?? null;
    },

    async lockOfUser(userId) {
      const [row] = await sql.rows<Preparation>(
        `select ${preparations.columns} from preparations where user_id = $1 for update`,
        [userId],
      );
      return row ?? null;
    },

    ofWorker: (workerId) =>
      sql.rows<Preparation>(
        `select ${preparations.columns} from preparations where worker_id = $1 order by id`,
        [workerId],
      ),

    ofMissingWorkers: () =>
      sql.rows<Preparation>(
        `select ${preparations.columns} from preparations
         where worker_id is not null and not exists (select from workers where workers.id = worker_id)
         order by id`,
        [],
      ),

    async countOpen(organizationId, now) {
      const [row] = await sql.rows<{ count: number }>(
        `select count(*)::integer as count from preparations
         where organization_id = $1 and used_at is null and expires_at > $2`,
        [organizationId, now],
      );
      return row!.count;
    },

    async extend(id, expiresAt) {
      await sql.rows(
        query`update preparations set expires_at = ${expiresAt} where id = ${id} returning ${notice}`,
      );
    },

    async replace(id, at) {
      await sql.rows(
        query`update preparations set expires_at = ${at}, user_id = null where id = ${id} returning ${notice}`,
      );
    },

    async claim(id, workerId, now) {
      const [row] = await sql.rows<Preparation>(query`
        update preparations set worker_id = ${workerId}
        where id = ${id} and runs_on <@ ${labelsOf(workerId)}
          and worker_id is null and used_at is null and expires_at > ${now}
          and not exists (select from warm_sandboxes where session_id = ${id})
          and not exists (select from turns where session_id = ${id} and status in ('queued', 'running'))
        returning ${preparations.columns}`);
      return row ?? null;
    },

    async use(id, { organizationId, userId, fingerprint }, now) {
      const [row] = await sql.rows<{ number: number }>(query`
        update preparations set used_at = ${now}, user_id = null
        where id = ${id} and organization_id = ${organizationId} and user_id = ${userId}
          and fingerprint = ${fingerprint} and used_at is null and expires_at > ${now}
          and session_number is not null
        returning session_number as number, ${notice}`);
      return row?.number ?? null;
    },

    async setSessionNumber(id, sessionNumber) {
      const rows = await sql.rows(query`
        update preparations set session_number = ${sessionNumber}
        where id = ${id} and used_at is null and session_number is not null returning id`);
      return rows.length > 0;
    },

    async delete(id) {
      await sql.rows("delete from preparations where id = $1", [id]);
    },

    async deleteUnclaimed(before) {
      await sql.rows(
        `delete from preparations where expires_at < $1 and worker_id is null
           and not exists (select from sessions where sessions.id = preparations.id and used_at is not null)`,
        [before],
      );
    },
  };
}
