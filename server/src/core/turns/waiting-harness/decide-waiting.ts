import { hourMs } from "../../base/index.ts";

/** Time after the last suitable session for which a harness waits for the next one. */
const waitingMs = hourMs;

export interface WaitingPlace {
  readonly place: string;
  readonly usedAt: Date;
}

/**
 * Decides for which places a harness waits: the last used ones. None waits for a place that was not used in the last hour,
 * or while the machine has no room. Pure.
 */
export function decideWaiting(
  places: readonly WaitingPlace[],
  { now, maxCount, hasRoom }: { readonly now: Date; readonly maxCount: number; readonly hasRoom: boolean },
): string[] {
  if (!hasRoom) return [];
  return places
    .filter(({ usedAt }) => now.getTime() - usedAt.getTime() < waitingMs)
    .toSorted((one, other) => other.usedAt.getTime() - one.usedAt.getTime())
    .slice(0, maxCount)
    .map(({ place }) => place);
}
