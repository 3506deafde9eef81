import { API_KEY } from "@tembo/e2e/support";
import pg from "pg";
import { memoryOf } from "../idle/memory.ts";
import type { Figure, Report } from "../report/figure.ts";
import { quantile } from "../report/statistics.ts";
import { startBenchServer } from "../support/bench-server.ts";
import { type Case, makeCases } from "./cases.ts";
import { openApiClient } from "./client.ts";
import { measureLatency } from "./closed-loop.ts";
import { openFilledDatabase, type Size } from "./fill/filled-database.ts";

const connections = 20;
const warmUp = { connections, durationMs: 300 };
const load = { connections, durationMs: 1_500 };
const goal = { bound: "at most", factor: 3, orPlus: 20 } as const;
const sampled = 200;

/**
 * Measures how long the API takes to list, filter, search and retrieve sessions, with 20 concurrent requests. The floor
 * is a bare SELECT of the same rows, with a connection pool of the same size. The requesting organization owns 60% of
 * all sessions.
 */
export async function benchApi(print: (line: string) => void, size: Size): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const database = await openFilledDatabase(size, print);
  cleanup.defer(() => database.stop());
  const tembo = cleanup.use(await startBenchServer(database.url));
  const pool = new pg.Pool({ connectionString: database.url, max: connections });
  cleanup.defer(() => pool.end());
  const client = openApiClient(tembo.url, API_KEY, connections);
  cleanup.defer(() => client.close());

  const cases = await makeCases(client, pool);
  for (const { path } of cases) await measureLatency(() => client.get(path), warmUp);
  const memoryBefore = memoryOf([tembo.pid]).totalMb;
  const figures: Figure[] = [];
  const measurements: Record<string, number[]> = {};
  for (const one of cases) {
    const product = await measureLatency(() => client.get(one.path), load);
    const floor = await floorOf(pool, one);
    figures.push(...figuresOf(one.name, product, floor));
    measurements[`${one.name}.product`] = sampleOf(product);
    measurements[`${one.name}.floor`] = sampleOf(floor);
    print(
      `${one.name}: p99 ${quantile(product, 0.99).toFixed(1)} ms, floor ${quantile(floor, 0.99).toFixed(1)} ms`,
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
  return {
    figures,
    notes: [
      `${size.sessions} sessions and about ${size.events} events, of which the requesting organization owns 60%. Each of the ${connections} connections sends its next request as soon as it receives a response. Client, server and PostgreSQL share the machine.`,
    ],
    measurements,
  };
}

async function floorOf(pool: pg.Pool, { floor }: Case): Promise<number[]> {
  const select = () => pool.query(floor);
  await measureLatency(select, warmUp);
  return measureLatency(select, load);
}

function figuresOf(name: string, product: readonly number[], floor: readonly number[]): Figure[] {
  const figure = (share: number, label: string) => ({
    name: `${name}, ${label}`,
    unit: "ms" as const,
    product: quantile(product, share),
    floor: quantile(floor, share),
    runs: product.length,
  });
  return [
    { ...figure(0.5, "p50"), goal: null },
    { ...figure(0.99, "p99"), goal },
  ];
}

/** Returns a sample of the latencies, spread over the whole run, for the results file. */
function sampleOf(latencies: readonly number[]): number[] {
  const step = Math.ceil(latencies.length / sampled);
  return latencies.filter((_, index) => index % step === 0);
}
