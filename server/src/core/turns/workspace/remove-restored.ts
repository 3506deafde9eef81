import { paths } from "../../base/index.ts";
import { type FilePorts, removeFiles } from "./remove-files.ts";
import { removeFolders } from "./separate-repositories.ts";

/**
 * Removes the folders in which files of an environment or saved files wait until a session's restore is complete, and ends
 * the program that unpacks them. Idempotent.
 */
export function removeRestored(ports: FilePorts, sessionId: string): Promise<void> {
  return removeFiles(ports, paths.restoring(sessionId));
}

/**
 * Replaces the session's folders with the complete restored ones, the workspace last. A killed worker therefore leaves no
 * incomplete workspace.
 */
export async function placeRestored(ports: FilePorts, sessionId: string): Promise<void> {
  const { dataDir } = ports.settings;
  for (const place of [paths.home, paths.workspace]) {
    const to = place(dataDir, sessionId);
    await removeFolders(ports, sessionId, [to]);
    await ports.workspaceFiles.move(place(dataDir, paths.restoring(sessionId)), to);
  }
}
