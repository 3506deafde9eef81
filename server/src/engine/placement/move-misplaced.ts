import type pg from "pg";
import { requeueWorkflows } from "../requeue-workflows.ts";
import type { PlacerParts } from "./placer-parts.ts";
import { machineQueue, TURNS } from "./turn-queues.ts";

interface MisplacedTurn {
  readonly workflowID: string;
  readonly applicationVersion: string;
  readonly machineId: string;
}

/** Finds turns whose workflow is not in the queue of their machine, or has an older version than their placement. */
const MISPLACED = `select p.turn_id as "workflowID", w.application_version as "applicationVersion",
    p.machine_id as "machineId"
  from turn_placements p join dbos.workflow_status w on w.workflow_uuid = p.turn_id::text
  where p.machine_id is not null and p.version = $1::integer and w.status in ('ENQUEUED', 'CANCELLED')
    and (w.queue_name is distinct from '${TURNS.waitingQueue}@' || p.machine_id or w.application_version <> $1::text)
  limit 100`;

/**
 * Moves the workflows of turns that were placed again. Placing and moving are two steps, so this also completes what a
 * process left that died between them. The lock keeps a second process from moving a workflow that has already started.
 */
export async function moveMisplaced({ ports, pool, clientOf, version }: PlacerParts): Promise<void> {
  if ((await findMisplaced(pool, version)).length === 0) return;
  await ports.store.transaction(async (tx) => {
    await tx.turnPlacements.lock();
    const turns = await findMisplaced(clientOf(tx), version);
    if (turns.length === 0) return;
    ports.log.info({ turns }, "turns continue on other machines");
    const machines = new Map(turns.map(({ workflowID, machineId }) => [workflowID, machineId]));
    const queueOf = ({ workflowID }: MisplacedTurn) => machineQueue(machines.get(workflowID)!);
    await requeueWorkflows(turns, { pool, version, queueOf });
  });
}

async function findMisplaced(client: pg.Pool | pg.ClientBase, version: number): Promise<MisplacedTurn[]> {
  const { rows } = await client.query<MisplacedTurn>({
    name: "tembo_misplaced_turns",
    text: MISPLACED,
    values: [version],
  });
  return rows;
}
