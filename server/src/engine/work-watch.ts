import { DBOS, type WorkflowStatus } from "@dbos-inc/dbos-sdk";
import type pg from "pg";
import type { OpenTransaction, WorkWatch } from "../core/base/index.ts";
import type { Store } from "../core/ports.ts";
import { JOBS } from "./job-names.ts";
import { TURNS } from "./placement/turn-queues.ts";
import { withdrawWorkflows } from "./placement/withdraw-workflows.ts";
import { requeueOnce } from "./requeue-once.ts";

/** Maximum number of turns or workflows that one call changes. The next call continues. */
const PAGE = 100;
const MAX_NAMES = 20;

/** Finds turns whose workflow still waits in the queue of their machine. */
const NOT_STARTED = `select p.turn_id as id
  from turn_placements p join dbos.workflow_status w on w.workflow_uuid = p.turn_id::text
  where p.placed_at < now() - make_interval(secs => $1::float8 / 1000) and w.status = 'ENQUEUED'
    and w.queue_name = '${TURNS.waitingQueue}@' || p.machine_id
  order by p.placed_at limit ${PAGE}`;

const activeTurns = `turns t left join turn_placements p on p.turn_id = t.id
  left join dbos.workflow_status w on w.workflow_uuid = t.id::text
  where t.status in ('queued', 'running')`;
/** Changes of a turn and its workflow are several transactions, so recent differences do not count. */
const settled = "now() - interval '5 minutes'";
const settledMs = `extract(epoch from ${settled}) * 1000`;

/** Finds turns that no placement or workflow will ever run. */
const WITHOUT_WORK = `select t.id from ${activeTurns} and t.created_at < ${settled}
  and w.workflow_uuid is null and (p.turn_id is null or p.version is not null) limit ${PAGE}`;

/** Finds turns whose workflow has ended without them. The placer restarts canceled workflows of placed turns. */
const ENDED_WITHOUT_TURN = `select t.id from ${activeTurns} and w.updated_at < ${settledMs}
  and (w.status in ('SUCCESS', 'ERROR', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED') or w.status = 'CANCELLED' and p.turn_id is null)
  limit ${PAGE}`;

/** Finds workflows whose worker is neither registered nor waits to be taken over. */
const WITHOUT_WORKER = `select w.workflow_uuid as id from dbos.workflow_status w
  where w.status = 'PENDING' and w.updated_at < ${settledMs}
    and not exists (select from workers where id::text = w.executor_id)
  limit ${PAGE}`;

/** Finds workflows that have not ended with their turn. */
const LEFT_OVER = `select w.workflow_uuid as id from dbos.workflow_status w join turns t
    on t.id = case when w.name = '${TURNS.workflow}' then w.workflow_uuid::uuid end
  where w.status in ('ENQUEUED', 'PENDING') and t.ended_at < now() - interval '10 minutes' limit ${PAGE}`;

const UNFINISHED_JOBS = `select workflow_uuid as id from dbos.workflow_status
  where name = '${JOBS.workflow}' and status = 'PENDING' and created_at < $1 order by created_at limit ${MAX_NAMES}`;

export interface WorkWatchParts {
  readonly store: Pick<Store, "transaction" | "turnPlacements">;
  readonly pool: pg.Pool;
  readonly clientOf: (tx: OpenTransaction) => pg.ClientBase;
  readonly requeue: (workflows: readonly WorkflowStatus[]) => Promise<void>;
}

export function createWorkWatch(parts: WorkWatchParts): WorkWatch {
  const { store, pool, clientOf } = parts;
  return {
    placeAgain: (ms) =>
      store.transaction(async (tx) => {
        await tx.turnPlacements.lock();
        const client = clientOf(tx);
        const ids = await withdrawWorkflows(client, await findIds(client, NOT_STARTED, [ms]));
        if (ids.length > 0) await tx.turnPlacements.avoidMachines(ids);
        return ids.length;
      }),

    async repair() {
      const renewed = await renew(parts);
      const requeued = await requeueWithoutWorker(parts);
      const dropped = await store.turnPlacements.dropEnded();
      const leftOver = await findIds(pool, LEFT_OVER);
      for (const id of leftOver) await DBOS.cancelWorkflow(id);
      return {
        requeued: renewed + requeued,
        dropped: dropped + leftOver.length,
        ended: await findIds(pool, ENDED_WITHOUT_TURN),
      };
    },

    unfinishedJobs: (since) => findIds(pool, UNFINISHED_JOBS, [since.getTime()]),
  };
}

/** Requests a machine again for turns without work. The placer then enqueues new workflows. */
function renew({ store, clientOf }: WorkWatchParts): Promise<number> {
  return store.transaction(async (tx) => {
    await tx.turnPlacements.lock();
    const ids = await findIds(clientOf(tx), WITHOUT_WORK);
    for (const id of ids) await tx.turnPlacements.renew(id);
    return ids.length;
  });
}

async function requeueWithoutWorker({ store, pool, requeue }: WorkWatchParts): Promise<number> {
  let count = 0;
  const find = async () => {
    const workflowIDs = await findIds(pool, WITHOUT_WORKER);
    if (workflowIDs.length === 0) return [];
    return DBOS.listWorkflows({ workflowIDs, status: "PENDING", loadInput: false, loadOutput: false });
  };
  await requeueOnce(store, find, async (workflows) => {
    count = workflows.length;
    await requeue(workflows);
  });
  return count;
}

async function findIds(
  client: pg.Pool | pg.ClientBase,
  statement: string,
  values: readonly unknown[] = [],
): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(statement, [...values]);
  return rows.map(({ id }) => id);
}
