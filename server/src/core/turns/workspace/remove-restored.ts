import { paths } from "../../base/index.ts";
import type { TurnsPorts } from "../ports.ts";

/**
 * Removes the folders in which files of an environment wait until a session's restore is complete, and ends the program
 * that unpacks them. Idempotent.
 */
export async function removeRestored(
  { sandboxes, workspaceFiles, settings }: Pick<TurnsPorts, "sandboxes" | "workspaceFiles" | "settings">,
  sessionId: string,
): Promise<void> {
  const { dataDir } = settings;
  const id = paths.restoring(sessionId);
  await sandboxes.clear(id);
  const aside = paths.purged(dataDir, id);
  await workspaceFiles.setAside([paths.session(dataDir, id)], aside);
  await workspaceFiles.discard(aside);
}
