import { setTimeout as wait } from "node:timers/promises";
import type { SessionEvent } from "@tembo/contract";
import { API_KEY, type World } from "@tembo/e2e/support";
import Tembo from "@tembo-io/sdk";
import { defaultHarness } from "../../../server/src/harness/plug-ins.ts";
import type { Report } from "../report/figure.ts";
import { median } from "../report/statistics.ts";
import { manyFiles } from "../session/many-files.ts";
import { describePhases, phasesOf } from "../session/phases.ts";
import { timeSession, WORK } from "../session/time-session.ts";
import { startBenchWorld } from "../support/bench-world.ts";
import { harnessesDir } from "../support/harnesses-dir.ts";
import { processorTimeMs } from "../support/processor-time.ts";
import { untilCompiled } from "../support/until-compiled.ts";

const RUNS = 15;
/** Pause between two measurements. Both servers become idle during the pause. */
const PAUSE_MS = 300;

/**
 * Measures whole sessions on a server with isolating sandboxes, and on a server that runs everything as its own user
 * (TEMBO_SANDBOX=unsafe-local). The measurements alternate between the two servers, with the same harness, scripted
 * model and repository. Both servers use the proxies and the model gateway.
 */
export async function benchContainment(print: (line: string) => void): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const env = { TEMBO_HARNESS_SEED_DIR: harnessesDir() };
  const contained = await startBenchWorld({ env });
  cleanup.defer(() => contained.close());
  const open = await startBenchWorld({
    env: { ...env, ANTHROPIC_BASE_URL: contained.model.url, TEMBO_SANDBOX: "unsafe-local" },
  });
  cleanup.defer(() => open.close());
  const sides = [await openSide(contained), await openSide(open)] as const;

  for (let run = -1; run < RUNS; run += 1) {
    // Alternates the order, so that each side runs first in half of the runs.
    for (const side of run % 2 === 0 ? sides : sides.toReversed()) {
      await wait(PAUSE_MS);
      const before = processorTimeMs(side.pid);
      const { openedS, events } = await timeSession(side.client, side.create);
      await wait(PAUSE_MS);
      if (run < 0) continue; // The first runs warm up the mirrors, the page cache and the compile caches.
      side.processorMs.push(processorTimeMs(side.pid) - before);
      side.seconds.push(openedS);
      side.phases.push(phasesOf(events));
      side.waits.push(harnessWaitOf(events));
    }
    if (run < 0) {
      for (const world of [contained, open]) await untilCompiled(world, defaultHarness.name);
      continue;
    }
    const [one, other] = sides.map(({ seconds }) => seconds.at(-1)!.toFixed(2));
    print(`${run + 1} of ${RUNS}: with containment ${one} s, without ${other} s`);
  }

  const [product, floor] = sides;
  return {
    figures: [
      {
        name: "turn in a sandbox, created -> pull request open",
        unit: "s",
        product: median(product.seconds),
        floor: median(floor.seconds),
        goal: { bound: "at most", factor: 1.05 },
        runs: RUNS,
      },
    ],
    notes: [
      `median ratio of each contained run to its adjacent run without containment: ${pairedRatio(product, floor).toFixed(2)}`,
      `processor time per turn (server, git, sandbox and harness): ${median(product.processorMs).toFixed(0)} ms contained, ${median(floor.processorMs).toFixed(0)} ms without`,
      `time per turn outside the harness: ${overheadOf(product)} ms contained, ${overheadOf(floor)} ms without`,
      "breakdown of a contained turn's time (medians):",
      ...describePhases(product.phases),
      "without containment:",
      ...describePhases(floor.phases),
    ],
    measurements: {
      "turn.contained": product.seconds,
      "turn.unsafeLocal": floor.seconds,
      "processorMs.contained": product.processorMs,
      "processorMs.unsafeLocal": floor.processorMs,
    },
  };
}

interface Side {
  readonly client: Tembo;
  readonly create: () => Promise<{ id: string }>;
  readonly pid: number;
  readonly seconds: number[];
  /** Processor time of the server and the child processes that it has waited for, in each run. */
  readonly processorMs: number[];
  readonly phases: number[][];
  /** Milliseconds that the harness and the model needed in each run. */
  readonly waits: number[];
}

async function openSide(world: World): Promise<Side> {
  const repository = await world.repository("bench/app", manyFiles());
  const client = new Tembo({ apiKey: API_KEY, baseURL: world.url, maxRetries: 0 });
  const create = () => client.session.create({ prompt: WORK, repositories: [repository.url] });
  return { client, create, pid: world.tembo.pid, seconds: [], processorMs: [], phases: [], waits: [] };
}

/**
 * Returns the median of the ratios of paired runs. Other load on the machine affects both runs of a pair. This ratio is
 * therefore stable even if the medians of a few runs are not.
 */
function pairedRatio(product: Side, floor: Side): number {
  return median(product.seconds.map((seconds, index) => seconds / floor.seconds[index]!));
}

function harnessWaitOf(events: readonly SessionEvent[]): number {
  const at = (isIt: (event: SessionEvent) => boolean) => Date.parse(events.find(isIt)!.createdAt);
  const startedAt = at(({ eventData }) => eventData.type === "turn.step" && eventData.step === "work");
  return at(({ eventType }) => eventType === "harness.ended") - startedAt;
}

function overheadOf({ seconds, waits }: Side): string {
  return median(seconds.map((whole, index) => whole * 1000 - waits[index]!)).toFixed(0);
}
