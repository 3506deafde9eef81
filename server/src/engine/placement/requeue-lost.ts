import type { WorkflowStatus } from "@dbos-inc/dbos-sdk";
import type pg from "pg";
import type { Store } from "../../core/ports.ts";
import { jobQueueOf } from "../job-names.ts";
import { requeueWorkflows } from "../requeue-workflows.ts";
import { machineQueue, TURNS } from "./turn-queues.ts";

export interface RequeueParts {
  readonly store: Pick<Store, "turnPlacements">;
  readonly pool: pg.Pool;
  readonly machineId: string;
  /** Version of the workflows that this process runs. */
  readonly version: number;
}

/**
 * Requeues work that its worker left. A turn waits for a machine again, also if an older release enqueued it without a
 * placement. The workflow of a turn that has already ended only needs to complete, which this machine does.
 */
export async function requeueLost(
  { store, pool, machineId, version }: RequeueParts,
  workflows: readonly WorkflowStatus[],
): Promise<void> {
  const turns = workflows.filter(isTurn);
  const waiting = new Set<string>();
  for (const [next, ones] of Map.groupBy(turns, (one) => Math.max(version, Number(one.applicationVersion)))) {
    const ids = ones.map(({ workflowID }) => workflowID);
    for (const id of await store.turnPlacements.release(ids, next)) waiting.add(id);
  }
  const queueOf = (one: WorkflowStatus) => {
    if (!isTurn(one)) return jobQueueOf(one);
    return waiting.has(one.workflowID) ? TURNS.waitingQueue : machineQueue(machineId);
  };
  await requeueWorkflows(workflows, { pool, version, queueOf });
}

const isTurn = ({ workflowName }: WorkflowStatus) => workflowName === TURNS.workflow;
