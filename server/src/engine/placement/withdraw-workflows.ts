import type pg from "pg";
import { TURNS } from "./turn-queues.ts";

/** Skips workflows that a worker takes at this moment. Waiting for it would hold up the placers of all processes. */
const WITHDRAW = `update dbos.workflow_status set queue_name = '${TURNS.waitingQueue}'
  where workflow_uuid in (
    select workflow_uuid from dbos.workflow_status
    where workflow_uuid = any($1) and status = 'ENQUEUED' for update skip locked
  )
  returning workflow_uuid as id`;

/**
 * Moves workflows out of the queues of their machines, so that no worker takes them until their turns are placed again.
 * Returns the IDs of those that no worker has taken or takes. Call it under the lock of the placers.
 */
export async function withdrawWorkflows(
  client: pg.ClientBase,
  turnIds: readonly string[],
): Promise<string[]> {
  if (turnIds.length === 0) return [];
  const { rows } = await client.query<{ id: string }>({
    name: "tembo_withdraw_turns",
    text: WITHDRAW,
    values: [turnIds],
  });
  return rows.map(({ id }) => id);
}
