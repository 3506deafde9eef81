import { hourMs } from "../../base/index.ts";
import type { LeftId } from "./session-folder-store.ts";

/** Age at which the folder of an unknown session is removed. */
const unknownMs = hourMs;

/**
 * Returns true if the folders of a session or preparation can be removed from this machine. Files of an unknown ID are
 * kept while they are new, and if the ID is older than the database: a server that is connected to the wrong database
 * must not remove the files of another. `modifiedAt` is the time of the last change of the folder. Pure.
 */
export function decideRemoval(left: LeftId, modifiedAt: Date, now: Date): boolean {
  if (left.isPurged) return true;
  if (now.getTime() - modifiedAt.getTime() < unknownMs) return false;
  const createdMs = readTime(left.id);
  return createdMs !== null && createdMs >= left.knownSince.getTime();
}

/** Returns the time in a UUIDv7, or null for a UUID of another version. */
function readTime(id: string): number | null {
  return id[14] === "7" ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : null;
}
