/** Returns the value at the quantile `share` (0 to 1) of the sample. Does not interpolate. */
export function quantile(sample: readonly number[], share: number): number {
  if (sample.length === 0) throw new Error("A quantile needs at least one measurement.");
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/** Returns the median. For an even number of values, returns the mean of the two middle values. */
export function median(sample: readonly number[]): number {
  if (sample.length === 0) throw new Error("A median needs at least one measurement.");
  const sorted = sample.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
