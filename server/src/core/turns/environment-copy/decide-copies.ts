interface WantedCopy {
  readonly id: string;
  /** Disk space of the copy, or an estimate. */
  readonly bytes: number;
}

/**
 * Decides which copies of environments to remove, and which ones to create. `wanted` lists the environments, newest
 * first, and `ready` the IDs of those that have a copy. Older environments beyond `maxBytes` have none. Pure.
 */
export function decideCopies<const T extends WantedCopy>(
  wanted: readonly T[],
  ready: readonly string[],
  maxBytes: number,
): { readonly removed: readonly string[]; readonly missing: readonly T[] } {
  let bytes = 0;
  const beyond = wanted.findIndex((one) => {
    bytes += one.bytes;
    return bytes > maxBytes;
  });
  const kept = beyond === -1 ? wanted : wanted.slice(0, beyond);
  return {
    removed: ready.filter((id) => !kept.some((one) => one.id === id)),
    missing: kept.filter(({ id }) => !ready.includes(id)),
  };
}
