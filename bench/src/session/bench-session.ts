import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { API_KEY, type World } from "@tembo/e2e/support";
import Tembo from "@tembo-io/sdk";
import { claudeCode } from "../../../server/src/harness/specs/claude-code.ts";
import type { Report } from "../report/figure.ts";
import { median, quantile } from "../report/statistics.ts";
import { startBenchWorld } from "../support/bench-world.ts";
import { type BareHarness, launchOf } from "../support/harness-by-hand.ts";
import { harnessesDir } from "../support/harnesses-dir.ts";
import { untilCompiled } from "../support/until-compiled.ts";
import { untilLogged } from "../support/until-logged.ts";
import { handPhases, timeByHand } from "./by-hand.ts";
import { manyFiles } from "./many-files.ts";
import { describePhases, phasesOf } from "./phases.ts";
import { timeSpawnAlone } from "./spawn-floor.ts";
import { timeSession, WORK } from "./time-session.ts";
import { NOTHING, timeSpawn } from "./time-spawn.ts";

const RUNS = 12;
const SPAWN_RUNS = 40;
/** Pause between two measurements. The server becomes idle during the pause. */
const PAUSE_MS = 300;

/**
 * Alternately measures whole sessions, whole sessions that a harness waits for, and the same work without the product.
 * Also measures the time from the creation of a session until its harness runs.
 */
export async function benchSession(print: (line: string) => void): Promise<Report> {
  const seedDir = harnessesDir();
  await using cleanup = new AsyncDisposableStack();
  const world = await startBenchWorld({ env: { TEMBO_HARNESS_SEED_DIR: seedDir } });
  cleanup.defer(() => world.close());
  const repository = await world.repository("bench/app", manyFiles());
  const byHand: BareHarness = { spec: claudeCode, harnessesDir: seedDir, modelUrl: world.model.url };
  const client = new Tembo({ apiKey: API_KEY, baseURL: world.url, maxRetries: 0 });
  const create = (prompt: string) => client.session.create({ prompt, repositories: [repository.url] });
  const waiting = cleanup.use(await openWaitingWorld(seedDir));

  const sessions: number[] = [];
  const adopted: number[] = [];
  const opened: number[] = [];
  const hands: number[] = [];
  const phases: number[][] = [];
  const handsPhases: number[][] = [];
  for (let run = -1; run < RUNS; run += 1) {
    const product = await timeSession(client, () => create(WORK));
    await wait(PAUSE_MS);
    const hand = await timeByHand(byHand, {
      url: repository.url,
      branch: `by-hand-${run}`,
      prompt: WORK,
    });
    await wait(PAUSE_MS);
    const ofWaiting = await waiting.run();
    await wait(PAUSE_MS);
    if (run < 0) {
      // The first runs warm up the mirror and the page cache for both, and begin the compile cache.
      await untilCompiled(world, claudeCode.name);
      continue;
    }
    sessions.push(product.totalS);
    adopted.push(ofWaiting);
    opened.push(product.openedS);
    hands.push(hand.totalS);
    handsPhases.push(hand.phases);
    phases.push(phasesOf(product.events));
    print(
      `${run + 1} of ${RUNS}: session ${product.totalS.toFixed(2)} s, with a waiting harness ${ofWaiting.toFixed(2)} s, by hand ${hand.totalS.toFixed(2)} s`,
    );
  }

  const spawned = await timeSpawns(world, client, () => create(NOTHING), print);
  const spawnAlone = await timeSpawnAlone(launchOf(byHand, join(world.dataDir, "floor-home")), SPAWN_RUNS);

  return {
    figures: [
      {
        name: "whole session, created -> completed",
        unit: "s",
        product: median(sessions),
        floor: median(hands),
        goal: { bound: "at most", factor: 1.1 },
        runs: RUNS,
      },
      {
        name: "whole session, created -> pull request open",
        unit: "s",
        product: median(opened),
        floor: median(hands),
        goal: { bound: "at most", factor: 1.1 },
        runs: RUNS,
      },
      {
        name: "whole session with a waiting harness, created -> completed",
        unit: "s",
        product: median(adopted),
        floor: median(hands),
        goal: { bound: "at most", factor: 1 },
        runs: RUNS,
      },
      {
        name: "created -> harness spawned, p50",
        unit: "ms",
        product: median(spawned),
        floor: median(spawnAlone),
        goal: { bound: "at most", plus: 250 },
        runs: SPAWN_RUNS,
      },
      {
        name: "created -> harness spawned, p99",
        unit: "ms",
        product: quantile(spawned, 0.99),
        floor: quantile(spawnAlone, 0.99),
        goal: { bound: "at most", plus: 600 },
        runs: SPAWN_RUNS,
      },
    ],
    notes: [
      "breakdown of a session's time (medians):",
      ...describePhases(phases),
      "by hand:",
      ...describePhases(handsPhases, handPhases),
    ],
    measurements: {
      "session.completed": sessions,
      "session.opened": opened,
      "session.adopted": adopted,
      "session.byHand": hands,
      "spawn.product": spawned,
      "spawn.alone": spawnAlone,
    },
  };
}

/** Starts a server whose harness waits for sessions. `run` returns the seconds of the next session that adopts one. */
async function openWaitingWorld(seedDir: string) {
  const world = await startBenchWorld({
    env: { TEMBO_HARNESS_SEED_DIR: seedDir, TEMBO_WAITING_HARNESSES: "1" },
  });
  const client = new Tembo({ apiKey: API_KEY, baseURL: world.url, maxRetries: 0 });
  const { url } = await world.repository("bench/app", manyFiles());
  const time = async () =>
    (await timeSession(client, () => client.session.create({ prompt: WORK, repositories: [url] }))).totalS;
  await time();
  await untilCompiled(world, claudeCode.name);
  let runs = 0;
  return {
    async run() {
      runs += 1;
      await untilLogged(world, "a harness waits for a session", runs);
      const seconds = await time();
      await untilLogged(world, "a waiting harness was adopted", runs);
      return seconds;
    },
    [Symbol.asyncDispose]: () => world.close(),
  };
}

/**
 * Returns the milliseconds from `session.created` to the start of the harness process, on an idle server with a warm
 * mirror.
 */
async function timeSpawns(
  world: World,
  client: Tembo,
  create: () => Promise<{ id: string }>,
  print: (line: string) => void,
): Promise<number[]> {
  const sample: number[] = [];
  for (let run = 0; run < SPAWN_RUNS; run += 1) {
    await wait(PAUSE_MS);
    sample.push((await timeSpawn(world, client, create)).spawnedMs);
  }
  print(`harness spawned after ${median(sample).toFixed(0)} ms (${SPAWN_RUNS} sessions)`);
  return sample;
}
