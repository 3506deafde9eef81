import type pg from "pg";

/**
 * Returns the ID of the worker that runs the session's turn or, between turns, has its warm sandbox. Returns null if no
 * worker does. DBOS records the worker of a turn.
 */
const FIND = `select coalesce(
    (select w.executor_id from turns t join dbos.workflow_status w on w.workflow_uuid = t.id::text
     where t.session_id = $1 and t.status = 'running' and w.status = 'PENDING' limit 1),
    (select worker_id::text from warm_sandboxes where session_id = $1)) as "workerId"`;

export async function findWorker(pool: pg.Pool, sessionId: string): Promise<string | null> {
  const { rows } = await pool.query<{ workerId: string | null }>({
    name: "tembo_find_worker",
    text: FIND,
    values: [sessionId],
  });
  return rows[0]?.workerId ?? null;
}
