/** Repeatable random numbers. */
export interface Random {
  /** Returns a number from 0 inclusive to 1 exclusive. */
  next(): number;
  /** Returns a number with this mean and an exponential distribution. */
  exponential(mean: number): number;
  /** Returns a number with this median and a log-normal distribution. */
  logNormal(median: number, sigma: number): number;
}

/** Creates a generator (mulberry32). The same seed always yields the same numbers. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    exponential: (mean) => -mean * Math.log(1 - next()),
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
  };
}
