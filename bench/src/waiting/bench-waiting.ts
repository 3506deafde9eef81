import { setTimeout as wait } from "node:timers/promises";
import { API_KEY, type World } from "@tembo/e2e/support";
import Tembo from "@tembo-io/sdk";
import { defaultHarness } from "../../../server/src/harness/plug-ins.ts";
import type { Report } from "../report/figure.ts";
import { median } from "../report/statistics.ts";
import { startBenchWorld } from "../support/bench-world.ts";
import { isHarnessOutput } from "../support/harness-output.ts";
import { harnessesDir } from "../support/harnesses-dir.ts";
import { promptSentAt } from "../support/prompt-sent.ts";
import { untilCompiled } from "../support/until-compiled.ts";
import { untilLogged } from "../support/until-logged.ts";

const RUNS = 12;
/** Pause between two measurements, in which the servers become idle. */
const PAUSE_MS = 500;
const NOTHING = `Look around. SCRIPT(say("All is well."))`;
/** Goal from the creation of a session to the harness's first event. */
const GOAL_MS = 350;

interface Times {
  readonly promptMs: number;
  readonly firstMs: number;
}

/**
 * Measures how soon a new session sends its prompt and receives the harness's first event, with and without a harness that
 * waits for it, and without a compile cache. Three servers alternate in one run.
 */
export async function benchWaiting(print: (line: string) => void): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const plain = await openServer({ TEMBO_COMPILE_CACHE: "off" }, cleanup);
  const usual = await openServer({}, cleanup);
  const waiting = await openServer({ TEMBO_WAITING_HARNESSES: "1" }, cleanup);
  // The first sessions install the harness, create the mirror and are followed by the compile cache.
  for (const server of [plain, usual, waiting]) await timeOne(server);
  for (const { world } of [usual, waiting]) await untilCompiled(world, defaultHarness.name);
  const uncached: Times[] = [];
  const cold: Times[] = [];
  const adopted: Times[] = [];
  // The first harness that waits may have started before the compile cache was filled.
  for (let run = -1; run < RUNS; run += 1) {
    await untilLogged(waiting.world, "a harness waits for a session", run + 2);
    await wait(PAUSE_MS);
    const ofPlain = await timeOne(plain);
    await wait(PAUSE_MS);
    const ofUsual = await timeOne(usual);
    await wait(PAUSE_MS);
    const ofWaiting = await timeOne(waiting);
    await untilLogged(waiting.world, "a waiting harness was adopted", run + 2);
    if (run < 0) continue;
    uncached.push(ofPlain);
    cold.push(ofUsual);
    adopted.push(ofWaiting);
  }
  const of = (times: readonly Times[], name: keyof Times) => times.map((one) => one[name]);
  const figure = (name: string, sample: readonly number[], goalMs: number | null) => ({
    ...({ name, unit: "ms", product: median(sample), floor: null, runs: RUNS } as const),
    goal: goalMs === null ? null : ({ bound: "at most", plus: goalMs } as const),
  });
  const memoryMb = median(waitingMemoryMb(waiting.world));
  print(
    `first event after ${median(of(adopted, "firstMs"))} ms, or ${median(of(cold, "firstMs"))} ms without a waiting harness`,
  );
  return {
    figures: [
      figure("create -> first event of a waiting harness, p50", of(adopted, "firstMs"), GOAL_MS),
      figure("create -> prompt sent to a waiting harness, p50", of(adopted, "promptMs"), null),
      figure("create -> first event, without a waiting harness, p50", of(cold, "firstMs"), null),
      figure("create -> prompt sent, without a waiting harness, p50", of(cold, "promptMs"), null),
      figure("create -> first event, also without a compile cache, p50", of(uncached, "firstMs"), null),
      figure("create -> prompt sent, also without a compile cache, p50", of(uncached, "promptMs"), null),
      {
        ...({
          name: "memory of a waiting harness, p50",
          unit: "MB",
          product: memoryMb,
          floor: null,
        } as const),
        ...{ runs: RUNS, goal: null },
      },
    ],
    notes: ["Claude Code, one small repository on the built-in forge; the servers alternate in one run."],
    measurements: {
      "waiting.first": of(adopted, "firstMs"),
      "waiting.prompt": of(adopted, "promptMs"),
      "waiting.first.usual": of(cold, "firstMs"),
      "waiting.prompt.usual": of(cold, "promptMs"),
      "waiting.first.uncached": of(uncached, "firstMs"),
      "waiting.prompt.uncached": of(uncached, "promptMs"),
    },
  };
}

async function openServer(settings: Readonly<Record<string, string>>, cleanup: AsyncDisposableStack) {
  const env = { TEMBO_HARNESS_SEED_DIR: harnessesDir(), ...settings };
  const world = await startBenchWorld({ env });
  cleanup.defer(() => world.close());
  const client = new Tembo({ apiKey: API_KEY, baseURL: world.url, maxRetries: 0 });
  const repository = await world.repository("bench/app", { "README.md": "# App\n" });
  return { world, client, url: repository.url };
}

/** Returns the milliseconds from the session's creation, on the clock of this machine. */
async function timeOne({ world, client, url }: Awaited<ReturnType<typeof openServer>>): Promise<Times> {
  const { id } = await client.session.create({ prompt: NOTHING, repositories: [url] });
  const events = await world.ended(id);
  const createdAt = Date.parse(events[0]!.createdAt);
  const first = events.find(isHarnessOutput);
  if (first === undefined) throw new Error("The session has no event of its harness.");
  return {
    promptMs: (await promptSentAt(client, id, 1)) - createdAt,
    firstMs: Date.parse(first.createdAt) - createdAt,
  };
}

/** Returns the memory of each harness that waited, from the log. */
function waitingMemoryMb({ tembo }: Pick<World, "tembo">): number[] {
  return [...tembo.log().matchAll(/"memoryBytes":(\d+),"msg":"a harness waits/g)].map(
    ([, bytes]) => Number(bytes) / 1e6,
  );
}
