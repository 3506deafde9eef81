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
 * Number of last uses that count for each waiting harness. With fewer, two places that alternate would end each other's
 * harness. With more, a harness would wait for a place that is no longer used.
 */
const usesPerHarness = 4;

/**
 * Decides for which places a harness waits: those with the most of the last uses, if these are in the last hour. If two have
 * equally many, the one for which a harness already waits comes first, and then the one that was used last. Pure.
 */
export function decideWaiting(
  places: readonly WaitingPlace[],
  { now, maxCount, hasRoom }: { readonly now: Date; readonly maxCount: number; readonly hasRoom: boolean },
): string[] {
  if (!hasRoom) return [];
  const lastUses = places
    .flatMap(({ place, usedAt, isTaken }) => usedAt.map((at) => ({ place, isTaken, atMs: at.getTime() })))
    .filter(({ atMs }) => now.getTime() - atMs < waitingMs)
    .toSorted((one, other) => other.atMs - one.atMs)
    .slice(0, maxCount * usesPerHarness);
  // The groups are in the order of their last use, which sorting keeps for equal ones.
  return [...Map.groupBy(lastUses, ({ place }) => place)]
    .toSorted(
      ([, one], [, other]) =>
        other.length - one.length || Number(other[0]!.isTaken) - Number(one[0]!.isTaken),
    )
    .slice(0, maxCount)
    .map(([place]) => place);
}
