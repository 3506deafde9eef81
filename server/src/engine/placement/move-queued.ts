import { DBOS, type WorkflowStatus } from "@dbos-inc/dbos-sdk";
import type { Store } from "../../core/ports.ts";
import { requeueOnce } from "../requeue-once.ts";
import type { RunningWork } from "../running-work.ts";
import { TURNS } from "./turn-queues.ts";

/**
 * Lets the turns that are queued on this machine wait for another one, if no worker of this machine accepts turns. The placers
 * move their workflows.
 */
export async function releaseQueued(store: Pick<Store, "transaction">, machineId: string): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.turnPlacements.lock();
    await tx.machines.releaseQueued(machineId, TURNS.waitingQueue);
  });
}

/** Requeues the turns or jobs that this worker received after it stopped accepting work. */
export async function requeueRefused(
  store: Pick<Store, "transaction">,
  workerId: string,
  {
    running,
    requeue,
  }: {
    readonly running: Pick<RunningWork, "refused" | "forgetRefused">;
    readonly requeue: (workflows: readonly WorkflowStatus[]) => Promise<void>;
  },
): Promise<void> {
  const ids = running.refused();
  if (ids.length === 0) return;
  const find = () =>
    DBOS.listWorkflows({
      workflowIDs: ids,
      status: "PENDING",
      executorId: workerId,
      loadInput: false,
      loadOutput: false,
    });
  await requeueOnce(store, find, requeue);
  running.forgetRefused(ids);
}
