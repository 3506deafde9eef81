import type { Queries } from "../../../core/ports.ts";
import type { Sql } from "../sql.ts";

export function warmSandboxRecordQueries(sql: Sql): Queries["warmSandboxRecords"] {
  return {
    async save({ sessionId, workerId, until }) {
      await sql.rows(
        `insert into warm_sandboxes (session_id, worker_id, until) values ($1, $2, $3)
         on conflict (session_id) do update set worker_id = $2, until = $3`,
        [sessionId, workerId, until],
      );
    },

    async reserve({ sessionId, workerId, until }) {
      const rows = await sql.rows(
        `insert into warm_sandboxes (session_id, worker_id, until) values ($1, $2, $3)
         on conflict (session_id) do nothing returning session_id`,
        [sessionId, workerId, until],
      );
      return rows.length > 0;
    },

    async find(sessionId) {
      const [row] = await sql.rows<WarmSandboxRecordRow>(
        "select session_id, worker_id, until from warm_sandboxes where session_id = $1",
        [sessionId],
      );
      return row === undefined ? null : toWarmSandboxRecord(row);
    },

    async ofWorker(workerId) {
      const rows = await sql.rows<WarmSandboxRecordRow>(
        "select session_id, worker_id, until from warm_sandboxes where worker_id = $1 order by session_id",
        [workerId],
      );
      return rows.map(toWarmSandboxRecord);
    },

    async drop(sessionId, workerId) {
      await sql.rows("delete from warm_sandboxes where session_id = $1 and worker_id = $2", [
        sessionId,
        workerId,
      ]);
    },

    async dropLost(sessionId, workerId, at) {
      await sql.rows(
        `with dropped as (
           delete from warm_sandboxes where session_id = $1 and worker_id = $2 returning session_id
         )
         update session_services service set state = 'stopped', changed_at = $3 from dropped
         where service.session_id = dropped.session_id and service.state in ('starting', 'ready')`,
        [sessionId, workerId, at],
      );
    },

    async ask(sessionId, until) {
      await sql.rows(
        "with asked as (select pg_notify('tembo_keep_alive', $1::uuid::text)) update sessions set keep_alive_until = $2 from asked where id = $1",
        [sessionId, until],
      );
    },

    async askedFor(sessionId) {
      const [row] = await sql.rows<{ until: Date | null }>(
        "select keep_alive_until as until from sessions where id = $1",
        [sessionId],
      );
      return row?.until ?? null;
    },
  };
}

interface WarmSandboxRecordRow {
  session_id: string;
  worker_id: string;
  until: Date;
}

const toWarmSandboxRecord = (row: WarmSandboxRecordRow) => ({
  sessionId: row.session_id,
  workerId: row.worker_id,
  until: row.until,
});
