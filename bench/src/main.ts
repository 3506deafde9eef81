import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { benchApi } from "./api/bench-api.ts";
import { benchContainment } from "./containment/bench-containment.ts";
import { benchCreate } from "./create/bench-create.ts";
import { benchEnvironment } from "./environment/bench-environment.ts";
import { benchGitProcess } from "./git-process/bench-git-process.ts";
import { benchHarness } from "./harness/bench-harness.ts";
import { benchIdle } from "./idle/bench-idle.ts";
import { benchLayers } from "./layers/bench-layers.ts";
import { benchLive } from "./live/bench-live.ts";
import { benchPlacement } from "./placement/bench-placement.ts";
import { benchPrepare } from "./prepare/bench-prepare.ts";
import { benchProxies } from "./proxies/bench-proxies.ts";
import { benchRecovery } from "./recovery/bench-recovery.ts";
import type { Report } from "./report/figure.ts";
import { loadAverage, thisMachine } from "./report/machine.ts";
import { saveResults } from "./report/save-results.ts";
import { renderTable } from "./report/table.ts";
import { benchSandbox } from "./sandbox/bench-sandbox.ts";
import { benchScale } from "./scale/bench-scale.ts";
import { benchSession } from "./session/bench-session.ts";
import { benchStore } from "./store/bench-store.ts";
import { benchWaiting } from "./waiting/bench-waiting.ts";
import { benchWarm } from "./warm/bench-warm.ts";
import { benchWeb } from "./web/bench-web.ts";

/**
 * Default sizes and numbers of runs. If `api` is not named on the command line, the small sizes below apply, so that a run of all benches
 * does not fill the disk.
 */
const usual = { sessions: 1_000_000, events: 20_000_000, "quiet-runs": 8, "loaded-runs": 12 };
const small = { ...usual, sessions: 20_000, events: 400_000 };
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sessions: { type: "string" },
    events: { type: "string" },
    "quiet-runs": { type: "string" },
    "loaded-runs": { type: "string" },
  },
});
const size = { sessions: countOf("sessions"), events: countOf("events") };
const runs = { quietRuns: countOf("quiet-runs"), loadedRuns: countOf("loaded-runs") };

const benches: Readonly<Record<string, (print: (line: string) => void) => Promise<Report>>> = {
  api: (print) => benchApi(print, size),
  session: benchSession,
  warm: benchWarm,
  prepare: benchPrepare,
  waiting: benchWaiting,
  harness: benchHarness,
  create: benchCreate,
  live: benchLive,
  sandbox: benchSandbox,
  environment: benchEnvironment,
  idle: benchIdle,
  proxies: benchProxies,
  containment: benchContainment,
  "git-process": benchGitProcess,
  layers: benchLayers,
  store: benchStore,
  placement: benchPlacement,
  scale: benchScale,
  recovery: (print) => benchRecovery(print, runs),
  web: benchWeb,
};
const RESULTS = fileURLToPath(new URL("../results/", import.meta.url));

/**
 * Runs the named benches, or all if none is named:
 * `node bench/src/main.ts NAME... [--sessions N] [--events N] [--quiet-runs N] [--loaded-runs N]`
 *
 * The sizes apply to `api`. Its default is a million sessions if `api` is named, and 20,000 otherwise. A number of
 * sessions other than a million has a separate results file. The numbers of runs apply to `recovery`. The report shows
 * missed goals, but a missed goal is not a failure.
 */
process.exitCode = await runBenches(positionals);

function countOf(name: keyof typeof usual): number {
  const count = Number(options[name] ?? (positionals.includes("api") ? usual : small)[name]);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`--${name} must be a whole number above 0, not "${options[name]}".`);
}

function resultsOf(name: string): string {
  return name === "api" && size.sessions !== usual.sessions ? `api-${size.sessions}` : name;
}

async function runBenches(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !Object.hasOwn(benches, name));
  if (unknown.length > 0) {
    console.error(
      `Unknown benchmark: ${unknown.join(", ")}. Choose from: ${Object.keys(benches).join(", ")}.`,
    );
    return 2;
  }
  const machine = thisMachine();
  console.log(
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, node ${machine.node}, kernel ${machine.kernel}`,
  );
  for (const name of names.length > 0 ? names : Object.keys(benches)) {
    const loadBefore = loadAverage();
    const report = await benches[name]!((line) => process.stderr.write(`${name}: ${line}\n`));
    const loadAfter = loadAverage();
    await saveResults(RESULTS, resultsOf(name), report, { machine, loadBefore, loadAfter });
    console.log(`\n${name} (load average ${loadBefore} before, ${loadAfter} after)`);
    console.log(renderTable(report.figures));
    for (const note of report.notes) console.log(note);
  }
  return 0;
}
