import { paths } from "../../base/index.ts";
import type { TurnsPorts } from "../ports.ts";
import { removeRestored } from "./remove-restored.ts";

/**
 * Removes the remaining data of a deleted session: its sandbox, its folders on this machine and its data in the
 * database. Other machines remove their folders later (see `removeLeftSessions`). Has no effect and returns false while
 * the session has a queued or running turn. Safe to repeat.
 */
export async function purgeSession(
  ports: TurnsPorts,
  sessionId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { store, blobs, warmSandboxes, preparations, workspaceFiles, clock, settings } = ports;
  if ((await store.turns.active(sessionId)) !== null) return false;
  await preparations.abandon(sessionId);
  if (await warmSandboxes.claim(sessionId, signal))
    await warmSandboxes.stop(sessionId, "The session was deleted.");
  await removeRestored(ports, sessionId);
  const aside = paths.purged(settings.dataDir, sessionId);
  await workspaceFiles.setAside([paths.session(settings.dataDir, sessionId)], aside);
  await workspaceFiles.discard(aside);
  const saved = await store.transaction(async (tx) => {
    const ids = await tx.savedWorkspaces.forget(sessionId);
    await tx.preparations.delete(sessionId);
    await tx.sessionChanges.purge(sessionId, clock.now());
    return ids;
  });
  await blobs.remove(saved);
  return true;
}
