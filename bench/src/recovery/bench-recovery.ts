import { startScriptedModel } from "@tembo/e2e/scripted-model";
import { API_KEY, startTemboProcess, temporaryDataDir, withApart } from "@tembo/e2e/support";
import type { Figure, Report } from "../report/figure.ts";
import { quantile } from "../report/statistics.ts";
import { benchLimits } from "../support/bench-limits.ts";
import { harnessesDir } from "../support/harnesses-dir.ts";
import { startBusyLoops } from "./busy-loops.ts";
import { killStart } from "./measure-start.ts";
import { killWorker } from "./measure-worker.ts";
import type { Run } from "./recovery-run.ts";

const BUSY_LOOPS = 15;
/** Time limit for starting runs. After this time, the report uses the results so far. */
const LIMIT_MS = 10 * 60_000;

export interface RecoverySize {
  readonly quietRuns: number;
  readonly loadedRuns: number;
}

type Print = (line: string) => void;
interface Goal {
  readonly what: "resumed" | "working";
  readonly share: 0.5 | 0.99;
  readonly seconds: number;
}
interface Series {
  readonly name: string;
  readonly goals: readonly Goal[];
  readonly runs: Run[];
}

const quietWorker: readonly Goal[] = [
  { what: "working", share: 0.5, seconds: 4 },
  { what: "working", share: 0.99, seconds: 8 },
];
const quietWhole: readonly Goal[] = [{ what: "resumed", share: 0.99, seconds: 5 }];
const loaded: readonly Goal[] = [{ what: "resumed", share: 0.99, seconds: 20 }];

/**
 * Measures how soon a turn continues after a SIGKILL, on an idle machine and on a machine with busy loops. One series
 * kills a worker while another worker is running. The other series kills the whole `tembo start` and restarts it
 * immediately.
 */
export async function benchRecovery(print: Print, size: RecoverySize): Promise<Report> {
  const env = {
    ...benchLimits,
    TEMBO_HARNESS_SEED_DIR: harnessesDir(["claudeCode"]),
    TEMBO_KEEP_ALIVE_MINUTES: "0",
  };
  const series: Series[] = [];
  const until = performance.now() + LIMIT_MS;
  /** Measures on the idle machine and then on the loaded machine, until the time limit. */
  const measure = async (way: string, untilMs: number, quiet: readonly Goal[], once: () => Promise<Run>) => {
    const repeat = async (machine: string, count: number, goals: readonly Goal[]) => {
      const runs: Run[] = [];
      for (let number = 1; number <= count && performance.now() < untilMs; number += 1) {
        const run = await once();
        runs.push(run);
        print(`${way}, ${machine}, ${number} of ${count}: ${describe(run)}`);
      }
      if (runs.length > 0) series.push({ name: `${way}, ${machine}`, goals, runs });
    };
    await repeat("quiet", size.quietRuns, quiet);
    await using _ = await startBusyLoops(BUSY_LOOPS);
    await repeat(`${BUSY_LOOPS} busy loops`, size.loadedRuns, loaded);
  };

  await withApart(env, async (apart) => {
    let worker = await apart.worker();
    await measure("worker", until - LIMIT_MS / 2, quietWorker, async () => {
      const { run, successor } = await killWorker(apart, worker);
      worker = successor;
      return run;
    });
  });
  await withWhole(env, (once) => measure("whole", until, quietWhole, once));
  return reportOf(series);
}

/**
 * Runs `tembo start` with its built-in database. As on a real machine, the database keeps running when the server is
 * killed.
 */
async function withWhole(
  env: Readonly<Record<string, string>>,
  work: (once: () => Promise<Run>) => Promise<void>,
): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const model = await startScriptedModel();
  cleanup.defer(() => model.close());
  const dataDir = await temporaryDataDir();
  cleanup.defer(() => dataDir.remove());
  const options = {
    dataDir: dataDir.path,
    apiKey: API_KEY,
    env: { ...env, ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: "x" },
  };
  let tembo = await startTemboProcess(options);
  cleanup.defer(async () => void (await tembo.stop()));
  await work(async () => {
    const { run, successor } = await killStart(options, tembo);
    tembo = successor;
    return run;
  });
}

const describe = ({ resumed, working, parts }: Run): string =>
  `resumed after ${resumed.toFixed(1)} s, working after ${working.toFixed(1)} s (${partsOf(parts)})`;

const partsOf = (parts: Run["parts"]): string =>
  parts.map(([name, seconds]) => `${name} ${seconds.toFixed(2)}`).join(", ");

function reportOf(series: readonly Series[]): Report {
  return {
    figures: series.flatMap(figuresOf),
    notes: series.flatMap(({ name, runs }) =>
      [0.5, 0.99].map(
        (share) => `${name}, parts at p${share * 100} in s: ${partsOf(partQuantiles(runs, share))}`,
      ),
    ),
    measurements: Object.fromEntries(
      series.flatMap(({ name, runs }) => [
        [`${name}.resumed`, runs.map(({ resumed }) => resumed)],
        [`${name}.working`, runs.map(({ working }) => working)],
        ...runs[0]!.parts.map(([part], index) => [
          `${name}.${part}`,
          runs.map(({ parts }) => parts[index]![1]),
        ]),
      ]),
    ),
  };
}

const partQuantiles = (runs: readonly Run[], share: number): Run["parts"] =>
  runs[0]!.parts.map(([part], index) => [
    part,
    quantile(
      runs.map(({ parts }) => parts[index]![1]),
      share,
    ),
  ]);

function figuresOf({ name, goals, runs }: Series): Figure[] {
  return (["resumed", "working"] as const).flatMap((what) =>
    [0.5, 0.99].map((share) => {
      const goal = goals.find((one) => one.what === what && one.share === share);
      return {
        name: `${name}: kill -9 to ${what === "resumed" ? "turn resumed" : "harness working"}, p${share * 100}`,
        unit: "s" as const,
        product: quantile(
          runs.map((run) => run[what]),
          share,
        ),
        floor: null,
        goal: goal === undefined ? null : { bound: "at most" as const, plus: goal.seconds },
        runs: runs.length,
      };
    }),
  );
}
