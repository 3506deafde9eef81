import { paths } from "../../base/index.ts";
import type { TurnsPorts } from "../ports.ts";

/**
 * Deletes a preparation that no worker but `workerId` holds, with the files of a session that does not use it. The row
 * is locked while the files are set aside, so that no session starts in them. It exists until they are removed, so that
 * another call can complete an interrupted removal. The sandbox, and the one that unpacks an environment, must have
 * stopped.
 */
export async function removePreparation(
  { store, workspaceFiles, settings }: Pick<TurnsPorts, "store" | "workspaceFiles" | "settings">,
  id: string,
  workerId: string,
): Promise<void> {
  const aside = paths.purged(settings.dataDir, id);
  const isRemovable = await store.transaction(async (tx) => {
    const preparation = await tx.preparations.lock(id);
    if (preparation === null || (preparation.workerId !== null && preparation.workerId !== workerId))
      return false;
    if (preparation.request !== null && preparation.workerId !== null)
      await workspaceFiles.setAside(
        [id, paths.restoring(id)].map((name) => paths.session(settings.dataDir, name)),
        aside,
      );
    return true;
  });
  if (!isRemovable) return;
  // Removing many files takes long, and a transaction would hold the row and a connection.
  await workspaceFiles.discard(aside);
  await store.preparations.delete(id);
}
