/** Returns the next number between 0 and 1. The sequence is the same for the same seed (mulberry32). */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Returns a UUIDv7 with this time. The same random numbers produce the same UUID. */
export function seededId(random: Random, atMs: number): string {
  const hex = (digits: number) =>
    Math.floor(random() * 16 ** digits)
      .toString(16)
      .padStart(digits, "0");
  const time = atMs.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-8${hex(3)}-${hex(6)}${hex(6)}`;
}

/** Picks one of the choices according to their weights, which must add up to 1. */
export function pickWeighted<T>(random: Random, choices: readonly (readonly [T, number])[]): T {
  let left = random();
  for (const [choice, weight] of choices) {
    left -= weight;
    if (left < 0) return choice;
  }
  return choices.at(-1)![0];
}

/** Picks an element with a skewed distribution: the first elements often, and the last elements rarely. */
export const pickSkewed = <T>(random: Random, list: readonly T[]): T =>
  list[Math.floor(list.length * random() ** 2)]!;

/** Returns a log-normal count from 1 to `most` with approximately this mean: most counts are far below the mean, and a few are far above it. */
export function skewedCount(random: Random, mean: number, most: number): number {
  const sigma = 1.2;
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const count = Math.round(mean * Math.exp(sigma * normal - sigma ** 2 / 2));
  return Math.min(most, Math.max(1, count));
}
