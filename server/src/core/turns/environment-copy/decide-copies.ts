interface WantedCopy {
  readonly id: string;
  /** Disk space of the copy, or an estimate. */
  readonly bytes: number;
}

/**
 * Decides which copies of environments to keep, and which ones to create. `wanted` lists the environments, newest first,
 * and `ready` the existing copies. An environment has one copy, or none if it does not fit into what newer ones leave of
 * `maxBytes`. Pure.
 */
export function decideCopies<const T extends WantedCopy, const Copy extends { readonly snapshotId: string }>(
  wanted: readonly T[],
  ready: readonly Copy[],
  maxBytes: number,
): { readonly kept: readonly Copy[]; readonly missing: readonly T[] } {
  let freeBytes = maxBytes;
  const fitting = wanted.filter(({ bytes }) => {
    const fits = bytes <= freeBytes;
    if (fits) freeBytes -= bytes;
    return fits;
  });
  const copyOf = ({ id }: T) => ready.find(({ snapshotId }) => snapshotId === id);
  return {
    kept: fitting.flatMap((one) => copyOf(one) ?? []),
    missing: fitting.filter((one) => copyOf(one) === undefined),
  };
}
