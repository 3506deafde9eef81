import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { API_KEY } from "@tembo/e2e/support";
import Tembo from "@tembo-io/sdk";
import { playableHarnesses } from "../../../scripts/harness-cache.ts";
import type { LaunchSpec } from "../../../server/src/harness/launch-spec.ts";
import { launchSpecs } from "../../../server/src/harness/plug-ins.ts";
import type { Figure, Report } from "../report/figure.ts";
import { median } from "../report/statistics.ts";
import { manyFiles } from "../session/many-files.ts";
import { describePhases } from "../session/phases.ts";
import { startBenchWorld } from "../support/bench-world.ts";
import { harnessesDir } from "../support/harnesses-dir.ts";
import { untilCompiled } from "../support/until-compiled.ts";
import { type BareRun, bareParts, timeBare } from "./time-bare.ts";
import { type ProductRun, productParts, timeProduct } from "./time-product.ts";

const RUNS = 5;
/** Pause between two measurements. The server becomes idle during the pause. */
const PAUSE_MS = 300;
const WORK = `Add a greeting. SCRIPT(write("greeting.txt", "hello\\n"), bash("cat greeting.txt"), say("The greeting is there."))`;

interface Runs {
  readonly spec: LaunchSpec;
  readonly product: ProductRun[];
  readonly bare: BareRun[];
}

/**
 * Measures how soon each harness starts its work, and how much memory it uses. Alternates between a session on the
 * product and the harness alone.
 */
export async function benchHarness(print: (line: string) => void): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const world = await startBenchWorld({
    env: { TEMBO_HARNESS_SEED_DIR: harnessesDir(playableHarnesses) },
  });
  cleanup.defer(() => world.close());
  const { url } = await world.repository("bench/app", manyFiles());
  const client = new Tembo({ apiKey: API_KEY, baseURL: world.url, maxRetries: 0 });
  const work = { prompt: WORK, repository: url };

  const specs = launchSpecs.filter(({ name }) => playableHarnesses.includes(name));
  const all = specs.map((spec): Runs => ({ spec, product: [], bare: [] }));
  for (const { spec, product, bare } of all) {
    for (let run = -1; run < RUNS; run += 1) {
      await wait(PAUSE_MS);
      const inside = await timeProduct({ client, world, spec }, work);
      if (run < 0) {
        // The first run links the installation, warms up the mirror and the page cache, and begins the compile cache.
        await untilCompiled(world, spec.name);
        continue;
      }
      await wait(PAUSE_MS);
      const outside = await timeBare(
        { spec, harnessesDir: join(world.dataDir, "harnesses"), modelUrl: world.model.url },
        work,
      );
      product.push(inside);
      bare.push(outside);
      print(
        `${spec.displayName} ${run + 1} of ${RUNS}: first event after ${inside.firstMs.toFixed(0)} ms, bare ${outside.firstMs.toFixed(0)} ms; ${inside.memory.harnessMb.toFixed(0)} MB, bare ${outside.memory.harnessMb.toFixed(0)} MB`,
      );
    }
  }

  return {
    figures: all.flatMap(figuresOf),
    notes: all.flatMap(notesOf),
    measurements: Object.assign({}, ...all.map(measurementsOf)),
  };
}

function figuresOf({ spec, product, bare }: Runs): Figure[] {
  return [
    {
      name: `${spec.displayName}: created -> first event (floor: spawned bare -> first update)`,
      unit: "ms",
      product: median(product.map(({ firstMs }) => firstMs)),
      floor: median(bare.map(({ firstMs }) => firstMs)),
      goal: { bound: "at most", factor: 1.05, plus: 100 },
      runs: product.length,
    },
    {
      name: `${spec.displayName}: memory peak of its processes`,
      unit: "MB",
      product: median(product.map(({ memory }) => memory.harnessMb)),
      floor: median(bare.map(({ memory }) => memory.harnessMb)),
      goal: { bound: "at most", factor: 1.1 },
      runs: product.length,
    },
  ];
}

function notesOf({ spec, product, bare }: Runs): string[] {
  const around = median(product.map(({ memory }) => memory.wholeMb - memory.harnessMb));
  return [
    `${spec.displayName}, breakdown of the time to the first event (medians):`,
    ...describePhases(
      product.map(({ parts }) => parts),
      productParts,
    ),
    "  bare:",
    ...describePhases(
      bare.map(({ parts }) => parts),
      bareParts,
    ),
    `  MB by process at the last peak: ${product.at(-1)!.memory.processes.join(", ")}`,
    `  bare: ${bare.at(-1)!.memory.processes.join(", ")}`,
    `  other processes in the sandbox use ${around.toFixed(1)} MB`,
  ];
}

function measurementsOf({ spec, product, bare }: Runs): Record<string, number[]> {
  return {
    [`${spec.name}.first.product`]: product.map(({ firstMs }) => firstMs),
    [`${spec.name}.first.bare`]: bare.map(({ firstMs }) => firstMs),
    [`${spec.name}.memory.product`]: product.map(({ memory }) => memory.harnessMb),
    [`${spec.name}.memory.bare`]: bare.map(({ memory }) => memory.harnessMb),
  };
}
