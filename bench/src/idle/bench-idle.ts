import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { API_KEY, buildCommand, postgresPid, startTemboProcess, temporaryDataDir } from "@tembo/e2e/support";
import type { Report } from "../report/figure.ts";
import { median } from "../report/statistics.ts";
import { benchLimits } from "../support/bench-limits.ts";
import { startReadyProcess } from "../support/ready-process.ts";
import { memoryOf } from "./memory.ts";

const STARTS = 10;
/** The server returns memory to the system after half a minute. */
const IDLE_MS = 60_000;
const IDLE_NODE = "console.log('ready idle'); setInterval(() => {}, 1e6)";

/**
 * Measures how soon `tembo start` is ready on an existing data folder, and how much memory its idle processes use. Runs the command as the
 * packages contain it, because users install them.
 */
export async function benchIdle(print: (line: string) => void): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const dataDir = await temporaryDataDir();
  cleanup.defer(() => dataDir.remove());
  const { launch, remove } = await buildCommand();
  cleanup.defer(remove);
  const start = () => startTemboProcess({ dataDir: dataDir.path, apiKey: API_KEY, env: benchLimits, launch });
  const first = await start();
  await first.stop();

  const starts: number[] = [];
  const bareStarts: number[] = [];
  for (let run = 0; run < STARTS; run += 1) {
    const startedAt = performance.now();
    const tembo = await start();
    starts.push((performance.now() - startedAt) / 1000);
    await tembo.stop();
    bareStarts.push(await timeBareNode());
    print(
      `start ${run + 1} of ${STARTS}: ${starts.at(-1)!.toFixed(2)} s, bare Node ${bareStarts.at(-1)!.toFixed(2)} s`,
    );
  }

  const tembo = await start();
  cleanup.defer(async () => void (await tembo.stop()));
  const bare = await startReadyProcess(["-e", IDLE_NODE], {}, /^ready (\S+)$/);
  cleanup.defer(() => bare.stop());
  await wait(IDLE_MS);
  const postgres = await postgresPid(dataDir.path);
  if (postgres === null) throw new Error("The embedded PostgreSQL was not found.");
  const idle: number[] = [];
  const bareIdle: number[] = [];
  for (let look = 0; look < STARTS; look += 1) {
    idle.push(memoryOf([tembo.pid, postgres]).totalMb);
    bareIdle.push(memoryOf([bare.pid]).totalMb);
    await wait(200);
  }

  return {
    figures: [
      {
        name: "second start to ready",
        unit: "s",
        product: median(starts),
        floor: median(bareStarts),
        goal: { bound: "at most", plus: 2 },
        runs: STARTS,
      },
      {
        name: "memory of all processes of a package, idle for a minute (floor: bare Node)",
        unit: "MB",
        product: median(idle),
        floor: median(bareIdle),
        goal: { bound: "at most", plus: 150 },
        runs: STARTS,
      },
    ],
    notes: [
      "The command is built as for the packages that users install. A clone runs its sources, which need more memory.",
      "memory by process:",
      ...memoryOf([tembo.pid, postgres]).processes.map((line) => `  ${line}`),
    ],
    measurements: {
      "start.product": starts,
      "start.bareNode": bareStarts,
      "memory.product": idle,
      "memory.bareNode": bareIdle,
    },
  };
}

async function timeBareNode(): Promise<number> {
  const startedAt = performance.now();
  await once(spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }), "exit");
  return (performance.now() - startedAt) / 1000;
}
