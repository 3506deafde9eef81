import { paths } from "../../base/index.ts";
import type { TurnsPorts } from "../ports.ts";

/**
 * Removes what a deleted session leaves: its sandbox, its folders on this machine and its rows. Returns false,
 * without effect, while one of its turns runs. Safe to repeat.
 */
export async function purgeSession(
  ports: TurnsPorts,
  sessionId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { store, warmSandboxes, workspaceFiles, clock, settings } = ports;
  if ((await store.turns.active(sessionId)) !== null) return false;
  if (await warmSandboxes.claim(sessionId, signal))
    await warmSandboxes.stop(sessionId, "The session was deleted.");
  const aside = paths.purged(settings.dataDir, sessionId);
  await workspaceFiles.setAside([paths.session(settings.dataDir, sessionId)], aside);
  await workspaceFiles.discard(aside);
  await store.transaction((tx) => tx.sessionChanges.purge(sessionId, clock.now()));
  return true;
}
