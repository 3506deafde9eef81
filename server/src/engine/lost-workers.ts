import { DBOS, type WorkflowStatus } from "@dbos-inc/dbos-sdk";
import { type Logger, limitRepeats, type Membership } from "../core/base/index.ts";
import type { Store } from "../core/ports.ts";
import { requeueOnce } from "./requeue-once.ts";

const LOST_WORKER_CHECK_MS = 500;

export interface TakeOverParts {
  readonly store: Pick<Store, "transaction">;
  /** Returns the work of the worker to the queues. */
  readonly requeue: (workflows: readonly WorkflowStatus[]) => Promise<void>;
  /** Stops the sandboxes that the worker left running, and releases its builds. */
  readonly clearAfter: (workerId: string) => Promise<void>;
}

/**
 * Requeues the turns and jobs of workers that died or left. The first check runs immediately. Stop it with
 * `clearInterval`.
 */
export function watchLostWorkers(
  membership: Pick<Membership, "takeOverLost">,
  parts: TakeOverParts,
  whole: Logger,
): NodeJS.Timeout {
  const log = limitRepeats(whole);
  let isBusy = false;
  const look = async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      await membership.takeOverLost((workerId) => takeOver(workerId, parts, whole));
    } catch (cause) {
      log.warn({ err: cause }, "lost workers could not be checked; retrying");
    } finally {
      isBusy = false;
    }
  };
  void look();
  return setInterval(look, LOST_WORKER_CHECK_MS);
}

/** Several processes may call this for the same worker, because one that lost its connection also lost its lock. */
export async function takeOver(
  workerId: string,
  { store, requeue, clearAfter }: TakeOverParts,
  log: Logger,
): Promise<void> {
  // Runs first, because a resumed turn waits until its session has no other sandbox.
  await clearAfter(workerId);
  await requeueOnce(
    store,
    () =>
      DBOS.listWorkflows({
        status: "PENDING",
        executorId: workerId,
        loadInput: false,
        loadOutput: false,
      }),
    async (pending) => {
      const ids = pending.map(({ workflowID }) => workflowID);
      log.warn({ workerId, ids }, "a worker was lost; other workers continue its work");
      await requeue(pending);
    },
  );
}
