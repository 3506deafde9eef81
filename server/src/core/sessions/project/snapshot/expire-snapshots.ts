import { dayMs } from "../../../base/index.ts";
import type { SessionsPorts } from "../../ports.ts";
import type { SnapshotCandidate } from "./snapshot-store.ts";

const keptNewest = 3;
const keptDays = 7;
const maxProjectsAtOnce = 200;

/**
 * Returns the IDs of the snapshots to delete. Keeps those that sessions use and those of the last seven days. Of each
 * project that is not archived, also keeps pinned ones and the newest three that are usable. Pure.
 */
export function decideExpired(snapshots: readonly SnapshotCandidate[], now: Date): string[] {
  const builtBefore = now.getTime() - keptDays * dayMs;
  const byProject = Map.groupBy(snapshots, ({ projectId }) => projectId);
  return [...byProject.values()].flatMap((own) => {
    const newest = own
      .filter(({ isBroken, isProjectArchived }) => !isBroken && !isProjectArchived)
      .sort((a, b) => b.builtAt.getTime() - a.builtAt.getTime() || (a.id < b.id ? 1 : -1))
      .slice(0, keptNewest);
    return own
      .filter((one) => !one.isInUse && !newest.includes(one) && (!one.isPinned || one.isProjectArchived))
      .filter(({ builtAt }) => builtAt.getTime() < builtBefore)
      .map(({ id }) => id);
  });
}

/** Deletes the snapshots that `decideExpired` returns, in up to 200 projects per call. Returns their number. */
export async function expireSnapshots({
  store,
  clock,
}: Pick<SessionsPorts, "store" | "clock">): Promise<number> {
  const now = clock.now();
  const builtBefore = new Date(now.getTime() - keptDays * dayMs);
  const candidates = await store.projectSnapshots.candidates({
    builtBefore,
    keptNewest,
    limit: maxProjectsAtOnce,
  });
  let expired = 0;
  for (const id of decideExpired(candidates, now))
    if (await store.projectSnapshots.archive(id, now)) expired += 1;
  return expired;
}
