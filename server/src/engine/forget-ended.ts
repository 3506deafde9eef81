import { DBOS } from "@dbos-inc/dbos-sdk";
import type pg from "pg";
import { JOBS } from "./job-names.ts";
import { TURNS } from "./placement/turn-queues.ts";

const BATCH = 500;
/** Maximum number of workflows that one call deletes. The next day's clean-up continues. */
const MAX_DELETED = 200_000;

/** Keeps the workflow of a turn that has not ended, because the watchdog ends the turn by it. */
const FIND_ENDED = `select w.workflow_uuid as id from dbos.workflow_status w
  where w.completed_at < $1 and w.status in ('SUCCESS', 'ERROR', 'CANCELLED') and case w.name
    when '${JOBS.workflow}' then true
    when '${TURNS.workflow}' then not exists (
      select from turns t where t.id = w.workflow_uuid::uuid and coalesce(t.ended_at, 'infinity') >= $2)
    else false end
  order by w.completed_at limit $3`;

export interface ForgetLimits {
  readonly batch?: number;
  readonly maxDeleted?: number;
}

/**
 * Deletes, in batches, the DBOS records of jobs and turns that ended before the given time: workflows, inputs, outputs
 * and steps. Returns the number of deleted workflows.
 */
export async function forgetEnded(
  pool: pg.Pool,
  before: Date,
  { batch = BATCH, maxDeleted = MAX_DELETED }: ForgetLimits = {},
): Promise<number> {
  let count = 0;
  while (count < maxDeleted) {
    const limit = Math.min(batch, maxDeleted - count);
    const { rows } = await pool.query<{ id: string }>(FIND_ENDED, [before.getTime(), before, limit]);
    if (rows.length === 0) break;
    await DBOS.deleteWorkflows(rows.map(({ id }) => id));
    count += rows.length;
  }
  return count;
}
