import { decidePlacement } from "../../core/turns/index.ts";
import { enqueueTurnWorkflow } from "./enqueue-turn-workflow.ts";
import type { PlacerParts } from "./placer-parts.ts";
import { withdrawWorkflows } from "./withdraw-workflows.ts";

/**
 * Assigns waiting turns to machines, and enqueues the workflows of new turns in the same transaction. Returns true if
 * it placed turns, because more may wait than it reads at a time.
 */
export async function placeWaiting({ ports, clientOf, version }: PlacerParts): Promise<boolean> {
  if (!(await ports.store.turnPlacements.hasWork(version))) return false;
  return ports.store.transaction(async (tx) => {
    await tx.turnPlacements.lock();
    await withdrawWorkflows(clientOf(tx), await tx.turnPlacements.releaseLost());
    const { savesWorkspaces } = ports.settings;
    const placements = decidePlacement({ ...(await tx.turnPlacements.state(version)), savesWorkspaces });
    for (const { turnId, machineId } of placements) {
      const isNew = await tx.turnPlacements.place(turnId, machineId, version);
      if (isNew) await enqueueTurnWorkflow(clientOf(tx), { turnId, machineId, version });
    }
    return placements.length > 0;
  });
}
