import { fileURLToPath } from "node:url";
import { API_KEY } from "@tembo/e2e/support";
import Tembo from "@tembo-io/sdk";
import { createTestDatabase, type TestDatabase } from "../../../server/src/testing/test-database.ts";
import type { Figure, Report } from "../report/figure.ts";
import { median } from "../report/statistics.ts";
import { startBenchServer } from "../support/bench-server.ts";
import { startReadyProcess } from "../support/ready-process.ts";
import { measureRate } from "./load.ts";

const CONNECTIONS = 20;
const ROUNDS = 10;
const ROUND_MS = 2_000;
const WARM_UP_MS = 2_000;
const FLOOR = fileURLToPath(new URL("floor-server.ts", import.meta.url));
const PROMPT = "Fix the authentication bug in the login component. The session expires too early.";

/**
 * Measures how many requests per second `POST /session/create` accepts. The floor is a plain Fastify server that writes
 * the same rows to the same PostgreSQL. Rounds alternate between the two.
 */
export async function benchCreate(print: (line: string) => void): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const database = await createTestDatabase();
  cleanup.defer(() => database.drop());
  const tembo = cleanup.use(await startBenchServer(database.url));
  const client = new Tembo({ apiKey: API_KEY, baseURL: tembo.url, maxRetries: 0 });
  const repository = await client.repositories.create({ owner: "bench", name: "app" });
  const floor = await startFloor(database, repository.id);
  cleanup.defer(() => floor.stop());

  const kinds = [
    { name: "draft", extra: { queueRightAway: false } },
    { name: "queued", extra: {} },
  ];
  const figures: Figure[] = [];
  const measurements: Record<string, number[]> = {};
  for (const { name, extra } of kinds) {
    const body = JSON.stringify({
      prompt: PROMPT,
      agent: "claudeCode:claude-opus-4-5",
      repositories: [repository.url],
      ...extra,
    });
    const rate = (base: string, durationMs: number) =>
      measureRate({
        url: `${base}/session/create`,
        headers: { authorization: `Bearer ${API_KEY}` },
        body,
        connections: CONNECTIONS,
        durationMs,
      });
    const product: number[] = [];
    const raw: number[] = [];
    await rate(tembo.url, WARM_UP_MS);
    await rate(floor.url, WARM_UP_MS);
    for (let round = 0; round < ROUNDS; round += 1) {
      product.push(await rate(tembo.url, ROUND_MS));
      raw.push(await rate(floor.url, ROUND_MS));
      print(
        `${name} ${round + 1} of ${ROUNDS}: ${product.at(-1)!.toFixed(0)} per second, floor ${raw.at(-1)!.toFixed(0)}`,
      );
    }
    figures.push({
      name: `POST /session/create, ${name}, ${CONNECTIONS} connections`,
      unit: "per s",
      product: median(product),
      floor: median(raw),
      goal: { bound: "at least", factor: 0.6 },
      runs: ROUNDS,
    });
    measurements[`${name}.product`] = product;
    measurements[`${name}.floor`] = raw;
  }
  return { figures, notes: [], measurements };
}

async function startFloor(database: TestDatabase, repositoryId: string) {
  const { rows } = await database.pool.query<{ organization_id: string }>(
    "select organization_id from repositories where id = $1",
    [repositoryId],
  );
  return startReadyProcess(
    [FLOOR],
    {
      DATABASE_URL: database.url,
      ORGANIZATION_ID: rows[0]!.organization_id,
      REPOSITORY_ID: repositoryId,
    },
    /^ready (\S+)$/,
  );
}
