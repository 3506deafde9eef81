import type { PlacementMachine } from "../../../server/src/core/turns/placement/decide-placement.ts";
import type { Figure, Report } from "../report/figure.ts";
import { quantile } from "../report/statistics.ts";
import { makeArrivals, type Shape } from "./arrivals.ts";
import { firstComeFirstServed, product } from "./policies.ts";
import { type DayResult, simulateDay } from "./simulate.ts";

const GiB = 1024 ** 3;
const sessions = 100_000;
const seed = 20_261_129;
const shapes: readonly Shape[] = ["steady", "morning peak", "one organization floods"];

/**
 * Simulates a day of 100,000 sessions on 1,000 machines. Compares the product's placement with first come, first served, and
 * with one machine that has the memory of all: if running turns could move at any time, no placement could be better.
 */
export async function benchPlacement(print: (line: string) => void): Promise<Report> {
  const fleet = makeFleet();
  const figures: Figure[] = [];
  const notes = [
    `Seed ${seed}. The floor is one machine with the memory of all, so that turns never fit badly.`,
  ];
  const measurements: Record<string, readonly number[]> = {};
  for (const shape of shapes) {
    const day = makeArrivals(shape, sessions, seed);
    const run = (name: string, policy: typeof product, machines: readonly PlacementMachine[]) => {
      const result = simulateDay(day, machines, policy);
      print(`${shape}, ${name}: ${describe(result)}`);
      return result;
    };
    const own = run("Tembo", product, fleet);
    const served = run("first come, first served", firstComeFirstServed, fleet);
    const best = run("one machine with everything", product, [pooled(fleet)]);
    const figure = (name: string, value: (result: DayResult) => number, unit: Figure["unit"]) =>
      figures.push({
        name: `${shape}: ${name}`,
        unit,
        product: value(own),
        floor: value(best),
        goal: null,
        runs: own.waitsS.length,
      });
    figure("wait p50", ({ waitsS }) => quantile(waitsS, 0.5), "s");
    figure("wait p99", ({ waitsS }) => quantile(waitsS, 0.99), "s");
    figures.push({
      name: `${shape}: decision p99`,
      unit: "ms",
      product: quantile(own.decisionsMs, 0.99),
      floor: null,
      goal: { bound: "at most", plus: 20 },
      runs: own.decisionsMs.length,
    });
    notes.push(
      `${shape}: Tembo ${describe(own)}.`,
      `${shape}: first come, first served ${describe(served)}.`,
      `${shape}: one machine with everything ${describe(best)}.`,
    );
    measurements[`${shape}: waits in s, every 500th`] = own.waitsS.filter((_, index) => index % 500 === 0);
  }
  return { figures, notes, measurements };
}

function makeFleet(): PlacementMachine[] {
  const sizes = [
    { count: 850, turnLimit: 2 },
    { count: 100, turnLimit: 4 },
    { count: 50, turnLimit: 8 },
  ];
  return sizes.flatMap(({ count, turnLimit }) =>
    Array.from({ length: count }, (_, index) => ({
      id: `${turnLimit}-${index}`,
      turnLimit,
      labels: [],
      memoryBytes: turnLimit * 4 * GiB,
      turns: 0,
      reservedBytes: 0,
    })),
  );
}

function pooled(fleet: readonly PlacementMachine[]): PlacementMachine {
  const sum = (of: (machine: PlacementMachine) => number) => fleet.reduce((total, one) => total + of(one), 0);
  return {
    id: "all",
    turnLimit: sum(({ turnLimit }) => turnLimit),
    labels: [],
    memoryBytes: sum(({ memoryBytes }) => memoryBytes),
    turns: 0,
    reservedBytes: 0,
  };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function describe({ utilization, waitsS, atHome, fairness, decisionsMs }: DayResult): string {
  const waits = [0.5, 0.99, 1].map((share) => quantile(waitsS, share).toFixed(0)).join(", ");
  return `uses ${percent(utilization)} of the memory; waits p50, p99, longest ${waits} s; fairness ${fairness.toFixed(3)}; ${percent(atHome)} of later turns at home; decision p99 ${quantile(decisionsMs, 0.99).toFixed(1)} ms`;
}
