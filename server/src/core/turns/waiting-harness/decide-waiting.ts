import { hourMs } from "../../base/index.ts";

/** Time after a suitable session for which a harness waits for the next one. */
export const waitingMs = hourMs;

export interface WaitingPlace {
  readonly place: string;
  /** Times of the last uses. */
  readonly usedAt: readonly Date[];
  /** True if a harness waits for the place. */
  readonly isTaken: boolean;
}

/**
 * Decides for which places a harness waits: those with the most uses in the last hour. If two have equally many, the one for
 * which a harness already waits comes first, and then the one that was used last. Pure.
 */
export function decideWaiting(
  places: readonly WaitingPlace[],
  { now, maxCount, hasRoom }: { readonly now: Date; readonly maxCount: number; readonly hasRoom: boolean },
): string[] {
  if (!hasRoom) return [];
  return places
    .map(({ place, usedAt, isTaken }) => {
      const times = usedAt.map((at) => at.getTime()).filter((at) => now.getTime() - at < waitingMs);
      return { place, isTaken, uses: times.length, lastMs: Math.max(...times) };
    })
    .filter(({ uses }) => uses > 0)
    .toSorted(
      (one, other) =>
        other.uses - one.uses || Number(other.isTaken) - Number(one.isTaken) || other.lastMs - one.lastMs,
    )
    .slice(0, maxCount)
    .map(({ place }) => place);
}
