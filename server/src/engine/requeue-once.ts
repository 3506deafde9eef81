import type { WorkflowStatus } from "@dbos-inc/dbos-sdk";
import type { Store } from "../core/ports.ts";

/**
 * Requeues the workflows that `find` returns. Calls of all processes and the placers take turns. A later call finds
 * nothing of what an earlier one requeued, so it cannot cancel work that runs again.
 */
export async function requeueOnce(
  store: Pick<Store, "transaction">,
  find: () => Promise<readonly WorkflowStatus[]>,
  requeue: (workflows: readonly WorkflowStatus[]) => Promise<void>,
): Promise<void> {
  if ((await find()).length === 0) return;
  await store.transaction(async (tx) => {
    await tx.turnPlacements.lock();
    const workflows = await find();
    if (workflows.length > 0) await requeue(workflows);
  });
}
