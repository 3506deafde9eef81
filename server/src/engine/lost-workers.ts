import { DBOS, type WorkflowStatus } from "@dbos-inc/dbos-sdk";
import { type Logger, limitRepeats, type Membership } from "../core/base/index.ts";
import { requeueWorkflows } from "./requeue-workflows.ts";

const LOST_WORKER_CHECK_MS = 500;

export interface TakeOverParts {
  /** Version of this worker's workflows. */
  readonly version: number;
  readonly queueOf: (workflow: WorkflowStatus) => string;
  /** Stops the sandboxes that the worker left running, and releases its builds. */
  readonly clearAfter: (workerId: string) => Promise<void>;
}

/**
 * Requeues the turns and jobs of workers that died or left. The first check runs immediately. Stop it with
 * `clearInterval`.
 */
export function watchLostWorkers(
  membership: Membership,
  parts: TakeOverParts,
  whole: Logger,
): NodeJS.Timeout {
  const log = limitRepeats(whole);
  let isBusy = false;
  const look = async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      for (const workerId of await membership.findLost()) await takeOver(membership, workerId, parts, whole);
    } catch (cause) {
      log.warn({ err: cause }, "lost workers could not be checked; retrying");
    } finally {
      isBusy = false;
    }
  };
  void look();
  return setInterval(look, LOST_WORKER_CHECK_MS);
}

async function takeOver(
  membership: Membership,
  workerId: string,
  { version, queueOf, clearAfter }: TakeOverParts,
  log: Logger,
): Promise<void> {
  // Runs first, because a resumed turn waits until its session has no other sandbox.
  await clearAfter(workerId);
  const pending = await DBOS.listWorkflows({
    status: "PENDING",
    executorId: workerId,
    loadInput: false,
    loadOutput: false,
  });
  if (pending.length > 0) {
    const ids = pending.map(({ workflowID }) => workflowID);
    log.warn({ workerId, ids }, "a worker was lost; other workers continue its work");
    await requeueWorkflows(pending, version, queueOf);
  }
  await membership.forget(workerId);
}
