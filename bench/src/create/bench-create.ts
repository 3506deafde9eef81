import { fileURLToPath } from "node:url";
import { API_KEY } from "@tembo/e2e/support";
import Tembo from "@tembo-io/sdk";
import { newId } from "../../../server/src/core/base/index.ts";
import { createTestDatabase, type TestDatabase } from "../../../server/src/testing/test-database.ts";
import { startOpenCode } from "../peers/start-opencode.ts";
import type { Figure, Report } from "../report/figure.ts";
import { median } from "../report/statistics.ts";
import { startBenchServer } from "../support/bench-server.ts";
import { startReadyProcess } from "../support/ready-process.ts";
import { requireSameRows } from "./count-rows.ts";
import { measureRate } from "./load.ts";

const CONNECTIONS = 20;
const ROUNDS = 10;
const ROUND_MS = 2_000;
/** Enough for more than 1,000 requests, which compile the code of a fresh server. */
const WARM_UP_MS = 4_000;
const FLOOR = fileURLToPath(new URL("floor-server.ts", import.meta.url));
const PROMPT = "Fix the authentication bug in the login component. The session expires too early.";

/**
 * Measures how many requests per second `POST /session/create` accepts. The floor is a plain Fastify server that writes
 * the same rows to the same PostgreSQL. The peer creates a session of its own. Rounds alternate between them.
 *
 * No worker runs, because it would compete with the server for the processors. Its row exists, as it usually does: a
 * server without a worker also adds a notice to each queued session.
 */
export async function benchCreate(print: (line: string) => void): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const database = await createTestDatabase();
  cleanup.defer(() => database.drop());
  const tembo = cleanup.use(await startBenchServer(database.url));
  const client = new Tembo({ apiKey: API_KEY, baseURL: tembo.url, maxRetries: 0 });
  const repository = await client.repositories.create({ owner: "bench", name: "app" });
  await addWorkerRow(database);
  const floor = await startFloor(database, repository.id);
  cleanup.defer(() => floor.stop());
  const peer = cleanup.use(await startOpenCode());
  const peerRate = (durationMs: number) =>
    measureRate({
      url: `${peer.url}/session`,
      headers: {},
      body: JSON.stringify({ title: PROMPT }),
      connections: CONNECTIONS,
      durationMs,
    });

  const kinds = [
    // A session of OpenCode is created without a prompt, as a draft is.
    { name: "draft", extra: { queueRightAway: false }, hasPeer: true, goal: 0.6 },
    { name: "queued", extra: {}, hasPeer: false, goal: 0.8 },
  ];
  const figures: Figure[] = [];
  const measurements: Record<string, number[]> = {};
  for (const { name, extra, hasPeer, goal } of kinds) {
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
    await requireSameRows(
      database.pool,
      () => post(`${tembo.url}/session/create`, body),
      () => post(`${floor.url}/session/create`, body),
    );
    const product: number[] = [];
    const raw: number[] = [];
    const peers: number[] = [];
    await rate(tembo.url, WARM_UP_MS);
    await rate(floor.url, WARM_UP_MS);
    if (hasPeer) await peerRate(WARM_UP_MS);
    for (let round = 0; round < ROUNDS; round += 1) {
      product.push(await rate(tembo.url, ROUND_MS));
      raw.push(await rate(floor.url, ROUND_MS));
      if (hasPeer) peers.push(await peerRate(ROUND_MS));
      print(
        `${name} ${round + 1} of ${ROUNDS}: ${product.at(-1)!.toFixed(0)} per second, floor ${raw.at(-1)!.toFixed(0)}`,
      );
    }
    figures.push({
      name: `POST /session/create, ${name}, ${CONNECTIONS} connections`,
      unit: "per s",
      product: median(product),
      floor: median(raw),
      ...(hasPeer && { peer: { name: peer.name, value: median(peers) } }),
      goal: { bound: "at least", factor: goal },
      runs: ROUNDS,
    });
    measurements[`${name}.product`] = product;
    measurements[`${name}.floor`] = raw;
    if (hasPeer) measurements[`${name}.peer`] = peers;
  }
  return {
    figures,
    notes: [
      "The peer stores a session in SQLite, without an organization, an API key or a rate limit.",
      "The floor inserts the same rows with one statement for each table, except for the first message, which it inserts with the session. It reads nothing. Triggers add the rows for searches, lists and participants to both.",
      "A worker is registered, but none runs. Without one, each queued session also gets a notice that no worker is running.",
    ],
    measurements,
  };
}

/** Adds a worker whose heartbeat stays recent for the whole bench. */
async function addWorkerRow({ pool }: TestDatabase): Promise<void> {
  await pool.query(
    "insert into workers (id, host, started_at, heartbeat_at) values ($1, 'bench', now(), now() + interval '1 hour')",
    [newId()],
  );
}

async function post(url: string, body: string): Promise<void> {
  const headers = { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body });
  if (!response.ok) throw new Error(`${url} returned ${response.status}: ${await response.text()}`);
}

async function startFloor(database: TestDatabase, repositoryId: string) {
  const { rows } = await database.pool.query<{ organization_id: string; key_id: string }>(
    "select r.organization_id, k.id as key_id from repositories r join api_keys k using (organization_id) where r.id = $1",
    [repositoryId],
  );
  return startReadyProcess(
    [FLOOR],
    {
      DATABASE_URL: database.url,
      ORGANIZATION_ID: rows[0]!.organization_id,
      API_KEY_ID: rows[0]!.key_id,
      REPOSITORY_ID: repositoryId,
    },
    /^ready (\S+)$/,
  );
}
