import { seededRandom } from "../api/fill/random.ts";
import { median } from "../report/statistics.ts";

/** Values of one measurement of the base and one of the head, taken directly after each other. Lower is better. */
export interface Pair {
  readonly base: number;
  readonly head: number;
}

export interface Verdict {
  /** Median of the ratios of head to base. */
  readonly ratio: number;
  /** Limits of the interval that contains the true median with a probability of 95 %. */
  readonly low: number;
  readonly high: number;
  readonly isWorse: boolean;
}

/** Ratio from which a difference counts, if it is significant. */
const WORSE = 1.15;
const RESAMPLES = 1_000;
const SEED = 20_261_130;

/**
 * Decides whether the head is worse than the base. The head is worse if the median of the ratios is at least 1.15, and if
 * the bootstrap interval of the median excludes 1. Load that lasts longer than a pair affects both of its values, so that
 * it does not change the ratio. The result is the same for the same pairs. Throws if there are too few pairs for an
 * interval, or if a value is not above 0.
 */
export function decide(pairs: readonly Pair[]): Verdict {
  if (pairs.length < 6) throw new Error(`A comparison needs at least 6 pairs, and has ${pairs.length}.`);
  if (pairs.some(({ base, head }) => !(base > 0 && head > 0)))
    throw new Error("A measured value is not above 0, so that it has no ratio.");
  const ratios = pairs.map(({ base, head }) => head / base);
  const random = seededRandom(SEED);
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(ratios.map(() => ratios[Math.floor(random() * ratios.length)]!)),
  ).sort((a, b) => a - b);
  const ratio = median(ratios);
  const low = medians[Math.floor(RESAMPLES * 0.025)]!;
  const high = medians[Math.ceil(RESAMPLES * 0.975) - 1]!;
  return { ratio, low, high, isWorse: ratio >= WORSE && low > 1 };
}
