import type { LayerDigest } from "../core/turns/index.ts";

export interface StoredLayer {
  readonly digest: LayerDigest;
  readonly bytes: number;
  readonly lastUseMs: number;
  readonly isInUse: boolean;
  readonly isBroken: boolean;
}

/** Selects the layers to remove: broken ones, and then the least recently used ones until the rest is within the limit. */
export function decideEvictions(layers: readonly StoredLayer[], maxBytes: number): readonly LayerDigest[] {
  const removable = layers
    .filter(({ isInUse }) => !isInUse)
    .sort((a, b) => Number(b.isBroken) - Number(a.isBroken) || a.lastUseMs - b.lastUseMs);
  let left = layers.reduce((total, { bytes }) => total + bytes, 0);
  const removed: LayerDigest[] = [];
  for (const { digest, bytes, isBroken } of removable) {
    if (!isBroken && left <= maxBytes) break;
    removed.push(digest);
    left -= bytes;
  }
  return removed;
}
