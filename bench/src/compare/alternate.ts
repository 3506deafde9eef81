import type { Pair } from "./decide.ts";
import type { Probe } from "./probes.ts";

/**
 * Measures a probe alternately on both sides. Each side is first in every second round. The first round is not counted.
 * Returns the pairs of each name of the probe.
 */
export async function alternate<Side>(
  probe: Omit<Probe, "measure"> & { readonly measure: (side: Side) => Promise<readonly number[]> },
  base: Side,
  head: Side,
): Promise<Pair[][]> {
  const pairs: Pair[][] = probe.names.map(() => []);
  for (let round = -1; round < probe.rounds; round += 1) {
    const isBaseFirst = round % 2 === 0;
    const first = await probe.measure(isBaseFirst ? base : head);
    const second = await probe.measure(isBaseFirst ? head : base);
    if (round < 0) continue;
    for (const [index, list] of pairs.entries()) {
      const [one, two] = [first[index]!, second[index]!];
      list.push(isBaseFirst ? { base: one, head: two } : { base: two, head: one });
    }
  }
  return pairs;
}
