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
const sampled = 200;

interface Sample {
  readonly latencies: readonly number[];
  /** Processor time of one request in milliseconds: of the server or of the bare client, and of PostgreSQL. */
  readonly ownMs: number;
  readonly postgresMs: number;
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
  const measure = async (call: () => Promise<unknown>, pid: number): Promise<Sample> => {
    const [own, postgres] = [ownProcessorTimeMs(pid), treeProcessorTimeMs(database.pid)];
    const latencies = await measureLatency(call, load);
    return {
      latencies,
      ownMs: (ownProcessorTimeMs(pid) - own) / latencies.length,
      postgresMs: (treeProcessorTimeMs(database.pid) - postgres) / latencies.length,
    };
  };
  const figures: Figure[] = [];
  const measurements: Record<string, number[]> = {};
  for (const one of cases) {
    const select = () => pool.query(one.floor);
    await measureLatency(select, beforeEach);
    const product = await measure(() => client.get(one.path), tembo.pid);
    const floor = await measure(select, process.pid);
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
  figures.push(...main.map((one, index) => statementsOf(one, statements[index]!)));
  return {
    figures,
    notes: [
      `${size.sessions} sessions and about ${size.events} events, of which the requesting organization owns 60%. Each of the ${connections} connections sends its next request as soon as it receives a response. Client, server and PostgreSQL share the machine.`,
      "The server counts requests for its rate limits, which are too high to reject one. It has processed 1,000 requests before the first measurement.",
      "Processor time is that of one request. The floor of the server's time is that of the client of the bare SELECT.",
    ],
    measurements,
  };
}

function figuresOf({ name, goals, isMain = false }: Case, product: Sample, floor: Sample): Figure[] {
  const figure = (label: string, take: (sample: Sample) => number, goal: number | undefined): Figure => ({
    name: `${name}, ${label}`,
    unit: "ms",
    product: take(product),
    floor: take(floor),
    goal: atMost(goal),
    runs: product.latencies.length,
  });
  const latency = (share: number) => (sample: Sample) => quantile(sample.latencies, share);
  const cpu = [
    figure("processor time of the server", ({ ownMs }) => ownMs, goals.serverCpu),
    figure("processor time of PostgreSQL", ({ postgresMs }) => postgresMs, goals.postgresCpu),
  ];
  return [
    figure("p50", latency(0.5), goals.p50),
    figure("p99", latency(0.99), goals.p99),
    ...(isMain ? cpu : []),
  ];
}

const statementsOf = ({ name, goals }: Case, count: number): Figure => ({
  name: `${name}, statements of one request`,
  unit: "statements",
  product: count,
  floor: 1,
  goal: atMost(goals.statements),
  runs: 1,
});

const atMost = (plus: number | undefined): Figure["goal"] =>
  plus === undefined ? null : { bound: "at most", plus };

/** Returns a sample of the latencies, spread over the whole run, for the results file. */
function sampleOf(latencies: readonly number[]): number[] {
  const step = Math.ceil(latencies.length / sampled);
  return latencies.filter((_, index) => index % step === 0);
}
