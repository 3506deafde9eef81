export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
  /** Factor between consecutive waits. Defaults to 2. */
  readonly factor?: number;
  /** Maximum share of each wait, from 0 to 1, to subtract at random, so that callers that failed together do not retry together. Defaults to 0. */
  readonly jitter?: number;
}

/** Returns the wait after the given number of consecutive failures (at least 1). `random` is from 0 to 1. */
export function backoffMs(
  { firstMs, maxMs, factor = 2, jitter = 0 }: Backoff,
  failures: number,
  random = Math.random(),
): number {
  const longestMs = Math.min(firstMs * factor ** (failures - 1), maxMs);
  return longestMs * (1 - jitter + jitter * random);
}
