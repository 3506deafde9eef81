import { setTimeout as wait } from "node:timers/promises";
import type { SessionEvent } from "@tembo/contract";
import { API_KEY } from "@tembo/e2e/support";
import Tembo from "@tembo-io/sdk";
import { defaultHarness } from "../../../server/src/harness/plug-ins.ts";
import type { Report } from "../report/figure.ts";
import { median, quantile } from "../report/statistics.ts";
import { startBenchWorld } from "../support/bench-world.ts";
import { harnessesDir } from "../support/harnesses-dir.ts";
import { promptSentAt } from "../support/prompt-sent.ts";
import { untilCompiled } from "../support/until-compiled.ts";

const RUNS = 20;
const COLD_RUNS = 5;
/** Pause between two measurements. The server becomes idle during the pause. */
const PAUSE_MS = 300;
const NOTHING = `Look around. SCRIPT(say("All is well."))`;

/** Measures how soon a follow-up message reaches its harness in a warm sandbox, and how soon it produces output in a warm and in a new sandbox. */
export async function benchWarm(print: (line: string) => void): Promise<Report> {
  const kept = await timeMessages("10", RUNS);
  print(`warm sandbox: prompt sent after ${median(kept.asked).toFixed(0)} ms`);
  const cold = await timeMessages("0", COLD_RUNS);
  print(`new sandbox: first text after ${median(cold.answered).toFixed(0)} ms`);
  return {
    figures: [
      {
        name: "message -> prompt sent, warm sandbox, p50",
        unit: "ms",
        product: median(kept.asked),
        floor: null,
        goal: { bound: "at most", plus: 100 },
        runs: RUNS,
      },
      {
        name: "message -> prompt sent, warm sandbox, p90",
        unit: "ms",
        product: quantile(kept.asked, 0.9),
        floor: null,
        goal: null,
        runs: RUNS,
      },
      {
        name: "message -> first output, warm sandbox",
        unit: "ms",
        product: median(kept.answered),
        floor: null,
        goal: null,
        runs: RUNS,
      },
      {
        name: "message -> first output, new harness",
        unit: "ms",
        product: median(cold.answered),
        floor: null,
        goal: null,
        runs: COLD_RUNS,
      },
    ],
    notes: [
      "breakdown for a warm sandbox (medians, measured from when the message was queued):",
      `  claimed ${median(kept.claimed).toFixed(0)} ms, sandbox claimed and its endpoints open after ${median(kept.opened).toFixed(0)} ms, prompt sent ${median(kept.asked).toFixed(0)} ms`,
    ],
    measurements: {
      "warm.asked": kept.asked,
      "warm.answered": kept.answered,
      "cold.answered": cold.answered,
    },
  };
}

async function timeMessages(keepAliveMinutes: string, runs: number) {
  await using cleanup = new AsyncDisposableStack();
  const env = { TEMBO_HARNESS_SEED_DIR: harnessesDir(), TEMBO_KEEP_ALIVE_MINUTES: keepAliveMinutes };
  const world = await startBenchWorld({ env });
  cleanup.defer(() => world.close());
  const client = new Tembo({ apiKey: API_KEY, baseURL: world.url, maxRetries: 0 });
  const repository = await world.repository("bench/app", { "README.md": "# App\n" });
  const { id } = await client.session.create({ prompt: NOTHING, repositories: [repository.url] });
  await world.ended(id);
  // A harness that stays alive with its sandbox has no compile cache in its first session, as for users.
  if (keepAliveMinutes === "0") await untilCompiled(world, defaultHarness.name);
  const claimed: number[] = [];
  const opened: number[] = [];
  const asked: number[] = [];
  const answered: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    await wait(PAUSE_MS);
    await client.session.messages.create(id, { content: NOTHING });
    const events = await world.ended(id, run + 2);
    const turn = events.slice(events.findLastIndex(({ eventType }) => eventType === "message.queued"));
    asked.push((await promptSentAt(client, id, run + 2)) - Date.parse(turn[0]!.createdAt));
    opened.push(
      sinceFirst(turn, ({ eventData }) => eventData.type === "turn.step" && eventData.step === "work"),
    );
    claimed.push(sinceFirst(turn, ({ eventType }) => eventType === "turn.started"));
    answered.push(sinceFirst(turn, ({ eventType }) => eventType === "text"));
  }
  return { claimed, opened, asked, answered };
}

/** Returns the milliseconds from the first event to the matching event, on the server's clock. */
function sinceFirst(events: readonly SessionEvent[], isIt: (event: SessionEvent) => boolean): number {
  const found = events.find(isIt);
  if (found === undefined) throw new Error("The turn has no event for a measured step.");
  return Date.parse(found.createdAt) - Date.parse(events[0]!.createdAt);
}
