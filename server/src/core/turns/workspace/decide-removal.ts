import { dayMs } from "../../base/index.ts";
import type { LeftId } from "./session-folder-store.ts";

/** Time without a change after which the folders of an unknown session are removed. */
const unknownMs = 7 * dayMs;

/**
 * Returns true if the folders of a session or preparation can be removed from this machine. Files of an unknown ID are
 * kept for a week after their last change, and if the ID is older than the database. They may be the only copy: the
 * server may be connected to the wrong database, or the database may be restored from a backup that is older than the
 * files. Pure.
 */
export function decideRemoval(left: LeftId, changedAt: Date, now: Date): boolean {
  if (left.isPurged) return true;
  if (now.getTime() - changedAt.getTime() < unknownMs) return false;
  const createdMs = readTime(left.id);
  return createdMs !== null && createdMs >= left.knownSince.getTime();
}

/** Returns the time in a UUIDv7, or null for a UUID of another version. */
function readTime(id: string): number | null {
  return id[14] === "7" ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : null;
}
