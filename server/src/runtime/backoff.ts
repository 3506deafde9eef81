export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
  /** Growth from one wait to the next; 2 by default. */
  readonly factor?: number;
  /** Share of each wait, from 0 to 1, that is subtracted at random, so that callers that failed together do not retry together. 0 by default. */
  readonly jitter?: number;
}

/** Wait after the given number of failures, which starts at 1. `random` is from 0 to 1. */
export function backoffMs(
  { firstMs, maxMs, factor = 2, jitter = 0 }: Backoff,
  failures: number,
  random = Math.random(),
): number {
  const longestMs = Math.min(firstMs * factor ** (failures - 1), maxMs);
  return longestMs * (1 - jitter + jitter * random);
}
