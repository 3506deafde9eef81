import { paths } from "../../base/index.ts";
import type { TurnsPorts } from "../ports.ts";

export type FilePorts = Pick<TurnsPorts, "sandboxes" | "workspaceFiles" | "settings">;

/** Ends the programs of a sandbox that used an ID of its own, and removes its folders from this machine. Idempotent. */
export async function removeFiles(
  { sandboxes, workspaceFiles, settings: { dataDir } }: FilePorts,
  id: string,
): Promise<void> {
  await sandboxes.clear(id);
  const aside = paths.purged(dataDir, id);
  await workspaceFiles.setAside([paths.session(dataDir, id)], aside);
  await workspaceFiles.discard(aside);
}
