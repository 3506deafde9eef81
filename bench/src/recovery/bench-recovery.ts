import { type Apart, type TemboProcess, withApart } from "@tembo/e2e/support";
import type { Figure, Report } from "../report/figure.ts";
import { quantile } from "../report/statistics.ts";
import { harnessesDir } from "../support/harnesses-dir.ts";
import { startBusyLoops } from "./busy-loops.ts";

const QUIET_RUNS = 10;
const LOADED_RUNS = 20;
const BUSY_LOOPS = 15;
/** A worker is dead when it missed its heartbeats for so long: no take-over is sooner. */
const DETECTION_S = 1.5;
/** The command outlasts the start of the next worker. A resumed turn goes on with the step after it. */
const PROMPT = 'Work. SCRIPT(bash("tail -f /dev/null"), say("Done."))';

interface Recovery {
  /** From the SIGKILL to the event that another worker has the turn. */
  readonly resumed: number;
  /** From the SIGKILL to the next event of the harness's work. */
  readonly working: number;
}

/** How soon another worker continues the turn of a worker that was killed, on a quiet machine and on an overloaded one. */
export async function benchRecovery(say: (line: string) => void): Promise<Report> {
  const env = { TEMBO_HARNESS_SEED_DIR: harnessesDir(["claudeCode"]), TEMBO_KEEP_ALIVE_MINUTES: "0" };
  const quiet: Recovery[] = [];
  const loaded: Recovery[] = [];
  await withApart(env, async (apart) => {
    let worker = await apart.worker();
    const run = async (into: Recovery[], name: string, runs: number) => {
      for (let count = 1; count <= runs; count += 1) {
        const { recovery, successor } = await killOnce(apart, worker);
        worker = successor;
        into.push(recovery);
        say(
          `${name} ${count} of ${runs}: resumed after ${recovery.resumed.toFixed(1)} s, working after ${recovery.working.toFixed(1)} s`,
        );
      }
    };
    await run(quiet, "quiet", QUIET_RUNS);
    await using _ = await startBusyLoops(BUSY_LOOPS);
    await run(loaded, `with ${BUSY_LOOPS} busy loops`, LOADED_RUNS);
  });
  return {
    figures: [...figuresOf("quiet", quiet, 5), ...figuresOf(`with ${BUSY_LOOPS} busy loops`, loaded, 20)],
    notes: [`no worker is held to be dead before it was silent for ${DETECTION_S} s`],
    measurements: {
      "quiet.resumed": quiet.map(({ resumed }) => resumed),
      "quiet.working": quiet.map(({ working }) => working),
      "loaded.resumed": loaded.map(({ resumed }) => resumed),
      "loaded.working": loaded.map(({ working }) => working),
    },
  };
}

/** Kills the worker in the middle of a command. The other one, which was started before, becomes the next one to be killed. */
async function killOnce(
  apart: Apart,
  worker: TemboProcess,
): Promise<{ readonly recovery: Recovery; readonly successor: TemboProcess }> {
  const session = await apart.client.session.create({ prompt: PROMPT });
  const runs = (event: { eventType: string; eventData: Record<string, unknown> }) =>
    event.eventType === "toolCall" && event.eventData.input !== null;
  await apart.until(session.id, runs);
  const successor = await apart.worker();
  const killedAt = Date.now();
  await worker.kill();
  const events = await apart.until(session.id, ({ eventType }) =>
    /^turn\.(completed|failed)$/.test(eventType),
  );
  const resumed = events.findIndex(({ eventType }) => eventType === "turn.resumed");
  const works = events.findIndex(
    ({ eventType }, index) => index > resumed && /^(text|toolCall|thought|usage)$/.test(eventType),
  );
  if (resumed === -1 || works === -1) throw new Error("The turn ended before its worker was killed.");
  const after = (index: number) => (Date.parse(events[index]!.createdAt) - killedAt) / 1000;
  return { recovery: { resumed: after(resumed), working: after(works) }, successor };
}

function figuresOf(name: string, recoveries: readonly Recovery[], goalS: number): Figure[] {
  const of = (what: keyof Recovery, share: number): number =>
    quantile(
      recoveries.map((recovery) => recovery[what]),
      share,
    );
  const figure = (what: string, product: number, plus: number | null): Figure => ({
    name: `${what}, ${name}`,
    unit: "s",
    product,
    floor: DETECTION_S,
    goal: plus === null ? null : { bound: "at most", plus },
    runs: recoveries.length,
  });
  return [
    figure("kill -9 to turn resumed, p50", of("resumed", 0.5), null),
    figure("kill -9 to turn resumed, p99", of("resumed", 0.99), goalS),
    figure("kill -9 to harness working, p50", of("working", 0.5), null),
    figure("kill -9 to harness working, p99", of("working", 0.99), null),
  ];
}
