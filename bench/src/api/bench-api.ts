import { API_KEY } from "@tembo/e2e/support";
import pg from "pg";
import { memoryOf } from "../idle/memory.ts";
import type { Figure, Report } from "../report/figure.ts";
import { quantile } from "../report/statistics.ts";
import { startBenchServer } from "../support/bench-server.ts";
import { ownProcessorTimeMs, treeProcessorTimeMs } from "../support/processor-time.ts";
import { warmUp } from "../support/warm-up.ts";
import { type Case, makeCases } from "./cases.ts";
import { openApiClient } from "./client.ts";
import { measureLatency } from "./closed-loop.ts";
import { countStatements } from "./count-statements.ts";
import { openFilledDatabase, type Size } from "./fill/filled-database.ts";

const connections = 20;
const beforeEach = { connections, durationMs: 300 };
const load = { connections, durationMs: 1_500 };
const goal = { bound: "at most", factor: 3, orPlus: 20 } as const;
const sampled = 200;

interface Sample {
  readonly latencies: readonly number[];
  readonly cpuMsPerRequest: number;
}

/**
 * Measures how long the API takes to list, filter, search and retrieve sessions, with 20 concurrent requests. The floor
 * is a bare SELECT of the same rows, with a connection pool of the same size. The requesting organization owns 60% of
 * all sessions.
 */
export async function benchApi(print: (line: string) => void, size: Size): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const database = await openFilledDatabase(size, print);
  cleanup.defer(() => database.stop());
  const tembo = cleanup.use(await startBenchServer(database.url, database.env));
  const pool = new pg.Pool({ connectionString: database.url, max: connections });
  cleanup.defer(() => pool.end());
  const client = openApiClient(tembo.url, API_KEY, connections);
  cleanup.defer(() => client.close());

  const cases = await makeCases(client, pool);
  const main = cases.filter(({ isMain }) => isMain);
  await warmUp(
    main.map(
      ({ path }) =>
        () =>
          client.get(path),
    ),
  );
  for (const { path } of cases) await measureLatency(() => client.get(path), beforeEach);
  const memoryBefore = memoryOf([tembo.pid]).totalMb;
  const productCpu = () => ownProcessorTimeMs(tembo.pid) + treeProcessorTimeMs(database.pid);
  const floorCpu = () => ownProcessorTimeMs(process.pid) + treeProcessorTimeMs(database.pid);
  const figures: Figure[] = [];
  const measurements: Record<string, number[]> = {};
  for (const one of cases) {
    const select = () => pool.query(one.floor);
    await measureLatency(select, beforeEach);
    const product = await measure(() => client.get(one.path), productCpu);
    const floor = await measure(select, floorCpu);
    figures.push(...figuresOf(one, product, floor));
    measurements[`${one.name}.product`] = sampleOf(product.latencies);
    measurements[`${one.name}.floor`] = sampleOf(floor.latencies);
    print(
      `${one.name}: p99 ${quantile(product.latencies, 0.99).toFixed(1)} ms, floor ${quantile(floor.latencies, 0.99).toFixed(1)} ms`,
    );
  }
  figures.push({
    name: "server memory after all requests (floor: before them)",
    unit: "MB",
    product: memoryOf([tembo.pid]).totalMb,
    floor: memoryBefore,
    goal: { bound: "at most", factor: 1.2 },
    runs: 1,
  });
  const statements = await countStatements(
    database,
    main.map(({ path }) => path),
  );
  figures.push(...main.map(({ name }, index) => statementsOf(name, statements[index]!)));
  return {
    figures,
    notes: [
      `${size.sessions} sessions and about ${size.events} events, of which the requesting organization owns 60%. Each of the ${connections} connections sends its next request as soon as it receives a response. Client, server and PostgreSQL share the machine.`,
      "The server counts requests for its rate limits, which are too high to reject one. It has processed 1,000 requests before the first measurement.",
      "Processor time is that of the server and of PostgreSQL. The floor is that of the client of the bare SELECT and of PostgreSQL.",
    ],
    measurements,
  };
}

async function measure(call: () => Promise<unknown>, cpu: () => number): Promise<Sample> {
  const before = cpu();
  const latencies = await measureLatency(call, load);
  return { latencies, cpuMsPerRequest: (cpu() - before) / latencies.length };
}

function figuresOf({ name, isMain = false }: Case, product: Sample, floor: Sample): Figure[] {
  const figure = (share: number, label: string): Figure => ({
    name: `${name}, ${label}`,
    unit: "ms",
    product: quantile(product.latencies, share),
    floor: quantile(floor.latencies, share),
    goal: share > 0.5 || isMain ? goal : null,
    runs: product.latencies.length,
  });
  const cpu: Figure = {
    name: `${name}, processor time of one request`,
    unit: "ms",
    product: product.cpuMsPerRequest,
    floor: floor.cpuMsPerRequest,
    goal: { bound: "at most", factor: 3, orPlus: 1 },
    runs: product.latencies.length,
  };
  return [figure(0.5, "p50"), figure(0.99, "p99"), ...(isMain ? [cpu] : [])];
}

const statementsOf = (name: string, count: number): Figure => ({
  name: `${name}, statements of one request`,
  unit: "statements",
  product: count,
  floor: 1,
  goal: { bound: "at most", plus: 6 },
  runs: 1,
});

/** Returns a sample of the latencies, spread over the whole run, for the results file. */
function sampleOf(latencies: readonly number[]): number[] {
  const step = Math.ceil(latencies.length / sampled);
  return latencies.filter((_, index) => index % step === 0);
}
