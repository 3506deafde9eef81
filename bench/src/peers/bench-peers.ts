import { API_KEY } from "@tembo/e2e/support";
import Tembo from "@tembo-io/sdk";
import type pg from "pg";
import { createTestDatabase } from "../../../server/src/testing/test-database.ts";
import { openApiClient } from "../api/client.ts";
import { measureLatency } from "../api/closed-loop.ts";
import type { Figure, Report } from "../report/figure.ts";
import { quantile } from "../report/statistics.ts";
import { startBenchServer } from "../support/bench-server.ts";
import { warmUp } from "../support/warm-up.ts";
import { measureStarts } from "./measure-starts.ts";
import { startOpenCode } from "./start-opencode.ts";

const SESSIONS = 1_000;
const MESSAGES = 50;
const CONNECTIONS = 20;
const LOAD = { connections: CONNECTIONS, durationMs: 3_000 };
const PROMPT = "Fix the authentication bug in the login component. The session expires too early.";

interface Request {
  readonly name: string;
  readonly tembo: string;
  readonly opencode: string;
  readonly floor: pg.QueryConfig;
}

/** Measures the same work with Tembo and with other products. */
export async function benchPeers(print: (line: string) => void): Promise<Report> {
  const requests = await measureRequests(print);
  const starts = await measureStarts(print);
  return {
    figures: [...requests.figures, ...starts.figures],
    notes: [...requests.notes, ...starts.notes],
    measurements: { ...requests.measurements, ...starts.measurements },
  };
}

/**
 * Measures the same requests with Tembo and with `opencode serve`, each of which has 1,000 sessions, and one with 50
 * messages. No agent runs. The floor is a bare SELECT of the rows that Tembo returns.
 */
async function measureRequests(print: (line: string) => void): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const database = await createTestDatabase();
  cleanup.defer(() => database.drop());
  const tembo = cleanup.use(await startBenchServer(database.url));
  const opencode = cleanup.use(await startOpenCode());
  const client = new Tembo({ apiKey: API_KEY, baseURL: tembo.url, maxRetries: 0 });
  const [ours, theirs] = [tembo, opencode].map(({ url }) => openApiClient(url, API_KEY, CONNECTIONS));
  cleanup.defer(() => {
    ours!.close();
    theirs!.close();
  });

  await warmUp([() => client.session.create({ prompt: PROMPT, queueRightAway: false })], SESSIONS);
  await warmUp([() => post(opencode.url, "/session", { title: PROMPT })], SESSIONS);
  print(`created ${SESSIONS} sessions on both`);
  const { id } = await client.session.create({ prompt: PROMPT });
  const { id: theirId } = await post(opencode.url, "/session", { title: PROMPT });
  for (let count = 1; count < MESSAGES; count += 1)
    await client.session.messages.create(id, { content: PROMPT });
  for (let count = 0; count < MESSAGES; count += 1)
    await post(opencode.url, `/session/${theirId}/message`, {
      noReply: true,
      parts: [{ type: "text", text: PROMPT }],
    });

  const ids = (JSON.parse(await ours!.get("/v1/sessions")) as { items: { id: string }[] }).items;
  const requests: readonly Request[] = [
    {
      name: `list 50 of ${SESSIONS} sessions`,
      tembo: "/v1/sessions?limit=50",
      opencode: "/session?limit=50",
      floor: {
        name: "floor list",
        text: "select id, title, prompt, harness, model, status, created_at, updated_at from sessions where id = any ($1::uuid[])",
        values: [ids.map((one) => one.id)],
      },
    },
    {
      name: `page of a session with ${MESSAGES} messages`,
      tembo: `/v1/sessions/${id}/events?limit=${MESSAGES}`,
      opencode: `/session/${theirId}/message?limit=${MESSAGES}`,
      floor: {
        name: "floor events",
        text: "select session_id, seq::float8 as seq, message_id, data, created_at from events where session_id = $1 order by events.seq limit $2",
        values: [id, MESSAGES],
      },
    },
  ];
  await warmUp(requests.map((request) => () => ours!.get(request.tembo)));
  await warmUp(requests.map((request) => () => theirs!.get(request.opencode)));

  const figures: Figure[] = [];
  const measurements: Record<string, readonly number[]> = {};
  for (const request of requests) {
    const product = await measureLatency(() => ours!.get(request.tembo), LOAD);
    const floor = await measureLatency(() => database.pool.query(request.floor), LOAD);
    const peer = await measureLatency(() => theirs!.get(request.opencode), LOAD);
    for (const [label, share] of [
      ["p50", 0.5],
      ["p99", 0.99],
    ] as const)
      figures.push({
        name: `${request.name}, ${CONNECTIONS} connections, ${label}`,
        unit: "ms",
        product: quantile(product, share),
        floor: quantile(floor, share),
        peer: { name: opencode.name, value: quantile(peer, share) },
        goal: { bound: "at most", factor: 3, orPlus: 20 },
        runs: product.length,
      });
    print(`${request.name}: measured`);
    measurements[`${request.name}.product`] = product.slice(0, 200);
    measurements[`${request.name}.peer`] = peer.slice(0, 200);
  }
  return {
    figures,
    notes: [`${opencode.name} serves one user from SQLite. It checks no API key and counts no requests.`],
    measurements,
  };
}

async function post(url: string, path: string, body: object): Promise<{ readonly id: string }> {
  const response = await fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} returned ${response.status}: ${await response.text()}`);
  return (await response.json()) as { id: string };
}
