interface WantedCopy {
  readonly id: string;
  /** Disk space of the copy, or an estimate. */
  readonly bytes: number;
}

/**
 * Decides which copies of environments to remove, and which ones to create. `wanted` lists the environments, newest
 * first, and `ready` the IDs of those that have a copy. An environment has none if it does not fit into what newer ones leave
 * of `maxBytes`. Pure.
 */
export function decideCopies<const T extends WantedCopy>(
  wanted: readonly T[],
  ready: readonly string[],
  maxBytes: number,
): { readonly removed: readonly string[]; readonly missing: readonly T[] } {
  let freeBytes = maxBytes;
  const kept = wanted.filter(({ bytes }) => {
    const fits = bytes <= freeBytes;
    if (fits) freeBytes -= bytes;
    return fits;
  });
  return {
    removed: ready.filter((id) => !kept.some((one) => one.id === id)),
    missing: kept.filter(({ id }) => !ready.includes(id)),
  };
}
