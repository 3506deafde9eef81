import type { SessionsPorts } from "../ports.ts";
import { deleteLocked } from "./delete-session.ts";

const atOnce = 500;

/**
 * Deletes sessions that did not change since this time, as a person would. Keeps pinned sessions and those with an
 * unfinished turn. Returns the number of deleted sessions. At most 500, because the clean-up runs again.
 */
export async function expireSessions(
  ports: Pick<SessionsPorts, "store" | "clock" | "engine">,
  before: Date,
): Promise<number> {
  let count = 0;
  for (const { id, organizationId } of await ports.store.sessionChanges.idleSince(before, atOnce)) {
    const isDeleted = await ports.store.transaction(async (tx) => {
      const session = await tx.sessions.lock(organizationId, id);
      // Someone may have used the session meanwhile.
      if (session === null || session.isPinned || session.updatedAt >= before) return false;
      if ((await tx.turns.active(id)) !== null) return false;
      await deleteLocked(ports, tx, id);
      return true;
    });
    if (isDeleted) count += 1;
  }
  return count;
}
