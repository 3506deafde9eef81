import { setTimeout as wait } from "node:timers/promises";
import { API_KEY, postgresPid } from "@tembo/e2e/support";
import Tembo from "@tembo-io/sdk";
import { openApiClient } from "../api/client.ts";
import { memoryOf } from "../idle/memory.ts";
import type { Figure, Report } from "../report/figure.ts";
import { quantile } from "../report/statistics.ts";
import { manyFiles } from "../session/many-files.ts";
import { startBenchWorld } from "../support/bench-world.ts";
import { ownProcessorTimeMs } from "../support/processor-time.ts";
import { makeStubAgent } from "../support/stub-agent.ts";
import { warmUp } from "../support/warm-up.ts";
import { runBareBurst } from "./bare-burst.ts";
import { canTrace } from "./count-programs.ts";
import { runBurst } from "./run-burst.ts";
import { countTurnPrograms } from "./turn-programs.ts";
import { watchLatency } from "./watch-latency.ts";

const BURSTS = [
  { count: 50, sleepMs: 10_000, goalS: 18, healthzMs: 40, memoryMb: 240 },
  { count: 100, sleepMs: 20_000, goalS: null, healthzMs: 20, memoryMb: null },
  { count: 200, sleepMs: 20_000, goalS: 55, healthzMs: null, memoryMb: null },
] as const;
const WARM_UP_SESSIONS = 12;
const IDLE_MS = 5_000;
const MEMORY_EVERY_MS = 1_000;

/**
 * Measures many sessions at once, with a stub that sleeps and changes one file. The floor is the same number of stubs
 * without the product, beside a bare HTTP server. All sessions use one repository on the built-in forge, and open a pull
 * request.
 */
export async function benchBurst(print: (line: string) => void): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const stub = cleanup.use(await makeStubAgent());
  const world = await startBenchWorld({
    prepare: stub.prepare,
    // All sessions run at once, so that the figures show the cost of each and not the length of a queue.
    env: { TEMBO_WORKER_CONCURRENCY: "256" },
  });
  cleanup.defer(() => world.close());
  const { url: repository } = await world.repository("bench/app", manyFiles());
  const client = new Tembo({ apiKey: API_KEY, baseURL: world.url, maxRetries: 0 });
  const postgres = await postgresPid(world.dataDir);
  if (postgres === null) throw new Error("The embedded PostgreSQL was not found.");
  const { pid } = world.tembo;
  const memoryMb = () => memoryOf([pid, postgres], "bwrap").totalMb;

  const http = openApiClient(world.url, API_KEY, 20);
  cleanup.defer(() => http.close());
  await warmUp([() => http.get("/healthz"), () => http.get("/v1/sessions")]);
  await runBurst(client, { count: WARM_UP_SESSIONS, sleepMs: 0, repository });
  await wait(IDLE_MS);
  const idleMb = memoryMb();

  const figures: Figure[] = [];
  const measurements: Record<string, readonly number[]> = {};
  for (const size of BURSTS) {
    const cpuBefore = ownProcessorTimeMs(pid);
    const peak = watchPeak(memoryMb);
    const { result: seconds, latencies } = await watchLatency({ url: world.url, path: "/healthz" }, () =>
      runBurst(client, { ...size, repository }),
    );
    const cpuMs = (ownProcessorTimeMs(pid) - cpuBefore) / size.count;
    const peakMb = peak.stop();
    const bare = await runBareBurst(stub.path, size);
    print(
      `${size.count} sessions at once: until the last ${seconds.toFixed(1)} s, bare ${bare.seconds.toFixed(1)} s`,
    );
    figures.push(
      ...figuresOf(
        size,
        { seconds, latencies, cpuMs, peakMb },
        { ...bare, cpuMs: bare.cpuMs / size.count, peakMb: idleMb },
      ),
    );
    measurements[`${size.count}.healthz`] = sampleOf(latencies);
    measurements[`${size.count}.healthz.floor`] = sampleOf(bare.latencies);
  }
  if (canTrace()) {
    const programs = await countTurnPrograms(client, { pid, stub: stub.path, repository });
    figures.push({
      name: "programs that one turn starts (floor: the same work by hand)",
      unit: "programs",
      product: programs.product,
      floor: programs.byHand,
      goal: { bound: "at most", factor: 3 },
      runs: 1,
    });
  }
  return {
    figures,
    notes: [
      "A stub replaces the harness. It starts in a sandbox, sleeps, changes one of 300 files, and its session opens a pull request on the built-in forge, whose programs are counted too.",
      "Processor time is that of the server's own process. Memory is that of the server and of PostgreSQL, without the sandboxes; its floor is the memory before the first burst.",
      ...(canTrace() ? [] : ["strace is not installed or not allowed, so that programs were not counted."]),
    ],
    measurements,
  };
}

interface Burst {
  readonly seconds: number;
  readonly latencies: readonly number[];
  readonly cpuMs: number;
  readonly peakMb: number;
}

function figuresOf(
  { count, sleepMs, goalS, healthzMs, memoryMb }: (typeof BURSTS)[number],
  product: Burst,
  floor: Burst,
): Figure[] {
  const figure = (
    what: string,
    unit: Figure["unit"],
    take: (burst: Burst) => number,
    { goal, runs }: { readonly goal: number | null; readonly runs: number },
  ): Figure => ({
    name: `${count} sessions at once, each asleep for ${sleepMs / 1_000} s: ${what}`,
    unit,
    product: take(product),
    floor: take(floor),
    goal: goal === null ? null : { bound: "at most", plus: goal },
    runs,
  });
  const requests = product.latencies.length;
  return [
    figure("until the last one", "s", ({ seconds }) => seconds, { goal: goalS, runs: 1 }),
    figure("/healthz, p99", "ms", ({ latencies }) => quantile(latencies, 0.99), {
      goal: healthzMs,
      runs: requests,
    }),
    figure("/healthz, longest", "ms", ({ latencies }) => quantile(latencies, 1), {
      goal: 500,
      runs: requests,
    }),
    figure("processor time of the server for one turn", "ms", ({ cpuMs }) => cpuMs, {
      goal: 120,
      runs: count,
    }),
    figure("memory of server and PostgreSQL", "MB", ({ peakMb }) => peakMb, { goal: memoryMb, runs: 1 }),
  ];
}

/** Takes a value every second, until `stop` returns the largest one. */
function watchPeak(take: () => number): { stop(): number } {
  let largest = take();
  const timer = setInterval(() => {
    largest = Math.max(largest, take());
  }, MEMORY_EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return largest;
    },
  };
}

const sampleOf = (latencies: readonly number[]) =>
  latencies.filter((_, index) => index % Math.ceil(latencies.length / 200) === 0);
