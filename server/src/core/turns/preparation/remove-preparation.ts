import { paths } from "../../base/index.ts";
import type { TurnsPorts } from "../ports.ts";

/**
 * Deletes a preparation that no worker but `workerId` holds, with the files of a session that does not use it. The row
 * is locked meanwhile, so that no session starts in files that are being removed. Its sandbox must have stopped.
 */
export async function removePreparation(
  { store, workspaceFiles, settings }: Pick<TurnsPorts, "store" | "workspaceFiles" | "settings">,
  id: string,
  workerId: string,
): Promise<void> {
  await store.transaction(async (tx) => {
    const preparation = await tx.preparations.lock(id);
    if (preparation === null || (preparation.workerId !== null && preparation.workerId !== workerId)) return;
    if (preparation.request !== null && preparation.workerId !== null) {
      const aside = paths.purged(settings.dataDir, id);
      await workspaceFiles.setAside([paths.session(settings.dataDir, id)], aside);
      await workspaceFiles.discard(aside);
    }
    await tx.preparations.delete(id);
  });
}
