import { API_KEY } from "@tembo/e2e/support";
import { median } from "../report/statistics.ts";
import { startBenchServer } from "../support/bench-server.ts";
import { openApiClient } from "./client.ts";
import { openCountingProxy } from "./counting-proxy.ts";
import type { FilledDatabase } from "./fill/filled-database.ts";

const RUNS = 9;

/**
 * Returns the number of statements that a server of its own sends to PostgreSQL for one request of each path. The median
 * of several requests excludes statements that the server sends at intervals.
 */
export async function countStatements(
  { url, env }: Pick<FilledDatabase, "url" | "env">,
  paths: readonly string[],
): Promise<number[]> {
  await using proxy = await openCountingProxy(url);
  await using tembo = await startBenchServer(proxy.url, env);
  const client = openApiClient(tembo.url, API_KEY, 1);
  const counts: number[] = [];
  for (const path of paths) {
    const sample: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const before = proxy.executed();
      await client.get(path);
      sample.push(proxy.executed() - before);
    }
    counts.push(median(sample));
  }
  client.close();
  return counts;
}
