import { setTimeout as wait } from "node:timers/promises";
import { API_KEY } from "@tembo/e2e/support";
import Tembo from "@tembo-io/sdk";
import type { Report } from "../report/figure.ts";
import { median, quantile } from "../report/statistics.ts";
import { startBenchWorld } from "../support/bench-world.ts";
import { harnessesDir } from "../support/harnesses-dir.ts";
import { promptSentAt } from "../support/prompt-sent.ts";
import { untilCompiled } from "../support/until-compiled.ts";

const RUNS = 20;
/** Pause between two measurements, in which the server becomes idle. */
const PAUSE_MS = 500;
/** Time that the page gives the server: a person writes for at least this long. */
const WRITING_MS = 3_000;
const NOTHING = `Look around. SCRIPT(say("All is well."))`;

/**
 * Measures how soon a new session sends its prompt to the harness, with and without work that was prepared while a
 * person types. Both alternate in one run.
 */
export async function benchPrepare(print: (line: string) => void): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const world = await startBenchWorld({ env: { TEMBO_HARNESS_SEED_DIR: harnessesDir() } });
  cleanup.defer(() => world.close());
  const client = new Tembo({ apiKey: API_KEY, baseURL: world.url, maxRetries: 0 });
  const { id: repositoryId } = await world.repository("bench/app", { "README.md": "# App\n" });
  const options = { agent: "claudeCode", codeRepoIds: [repositoryId] };
  /** Returns the milliseconds from the request to the prompt, on the clock that this machine shares. */
  const timeOne = async (isPrepared: boolean): Promise<number> => {
    const { id: preparedId } = isPrepared ? await client.session.prepare(options) : { id: null };
    await wait(isPrepared ? WRITING_MS : PAUSE_MS);
    const startedAt = Date.now();
    const { id } = await client.session.create({
      ...options,
      prompt: NOTHING,
      ...(preparedId !== null && { preparedId }),
    });
    if (isPrepared && id !== preparedId) throw new Error("The session did not use the prepared work.");
    await world.ended(id);
    return (await promptSentAt(client, id, 1)) - startedAt;
  };
  // The first session installs the harness and creates the mirror.
  await timeOne(false);
  await untilCompiled(world, options.agent);
  await timeOne(true);
  const cold: number[] = [];
  const prepared: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    cold.push(await timeOne(false));
    prepared.push(await timeOne(true));
  }
  print(
    `prompt sent after ${median(prepared).toFixed(0)} ms, or ${median(cold).toFixed(0)} ms without a hint`,
  );
  return {
    figures: [
      {
        name: "create -> prompt sent, prepared, p50",
        unit: "ms",
        product: median(prepared),
        floor: null,
        goal: { bound: "at most", plus: 150 },
        runs: RUNS,
      },
      {
        name: "create -> prompt sent, prepared, p90",
        unit: "ms",
        product: quantile(prepared, 0.9),
        floor: null,
        goal: null,
        runs: RUNS,
      },
      {
        name: "create -> prompt sent, without a hint, p50",
        unit: "ms",
        product: median(cold),
        floor: null,
        goal: null,
        runs: RUNS,
      },
    ],
    notes: ["Claude Code, one small repository on the built-in forge; both ways alternate in one run."],
    measurements: { "prepare.prepared": prepared, "prepare.cold": cold },
  };
}
