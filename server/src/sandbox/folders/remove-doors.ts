import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { doorPaths } from "../../core/base/index.ts";

/** Removes the doors that a server which died left of a session. */
export async function removeDoors(dataDir: string, sessionId: string): Promise<void> {
  await rm(dirname(doorPaths(dataDir, sessionId).model), { recursive: true, force: true });
}
