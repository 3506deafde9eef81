import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import pg from "pg";
import { memoryOf } from "../../../../bench/src/idle/memory.ts";
import { pollUntil } from "../../../../server/src/runtime/poll-until.ts";
import {
  API_KEY,
  buildCommand,
  postgresPid,
  startTemboProcess,
  type TemboProcess,
  temporaryDataDir,
} from "../../support/index.ts";

/** Number of heartbeats of the worker that each measurement takes. The worker sends one a second if the machine is not busy. */
const HEARTBEATS = 10;
/**
 * Maximum number of transactions of an idle server for each heartbeat. There are about 25. If the queues were polled every
 * 50 to 250 ms again, there would be about 55.
 */
const MAX_TRANSACTIONS = 35;
/** Maximum memory of all processes of an idle server, with PostgreSQL. They use about 170 MB, and 130 MB after they collected garbage. */
const MAX_MB = 180;
/** Memory that the control holds in the server. */
const HELD_MB = 100;
const LIMIT_MS = 90_000;

let dataDir: Awaited<ReturnType<typeof temporaryDataDir>>;
let command: Awaited<ReturnType<typeof buildCommand>>;
before(async () => {
  dataDir = await temporaryDataDir();
  command = await buildCommand();
  // Later starts find the database and the compiled code.
  await (await start()).stop();
});
after(async () => {
  await dataDir.remove();
  await command.remove();
});

const start = (env: Readonly<Record<string, string>> = {}) =>
  startTemboProcess({ dataDir: dataDir.path, apiKey: API_KEY, env, launch: command.launch });

/** Starts the server, and stops it after the work. */
async function withServer<T>(
  env: Readonly<Record<string, string>>,
  work: (tembo: TemboProcess, client: pg.Client) => Promise<T>,
): Promise<T> {
  const tembo = await start(env);
  const host = join(dataDir.path, "postgres", "run");
  const client = new pg.Client({ host, port: 5432, user: "tembo", database: "tembo" });
  try {
    await client.connect();
    return await work(tembo, client);
  } finally {
    await client.end();
    await tembo.stop();
  }
}

/** Reads PostgreSQL's own counters of the transactions, and of the heartbeats that are among them. */
async function readCounters(client: pg.Client) {
  const { rows } = await client.query<{ transactions: number; heartbeats: number }>(
    `select xact_commit::int as transactions, n_tup_upd::int as heartbeats
     from pg_stat_database, pg_stat_user_tables where datname = current_database() and relname = 'workers'`,
  );
  return rows[0]!;
}

/** Waits until the counter of heartbeats has this value. Returns the counters. */
async function waitForHeartbeats(client: pg.Client, count: number) {
  let counters = await readCounters(client);
  const isOver = async () => {
    counters = await readCounters(client);
    return counters.heartbeats >= count;
  };
  assert.ok(await pollUntil(isOver, { every: 1_000, timeoutMs: LIMIT_MS }), "the worker sends heartbeats");
  return counters;
}

/** Returns the number of transactions for each heartbeat of the server while it is idle. */
async function measureTransactions(client: pg.Client): Promise<number> {
  const { heartbeats } = await readCounters(client);
  // The start of the server needs more.
  const first = await waitForHeartbeats(client, heartbeats + HEARTBEATS);
  const last = await waitForHeartbeats(client, first.heartbeats + HEARTBEATS);
  return (last.transactions - first.transactions) / (last.heartbeats - first.heartbeats);
}

/**
 * Returns the memory of the server and its PostgreSQL. Repeats the measurement for the given time, until the memory is within
 * the limit. Connections that a busy moment opened close some seconds later.
 */
async function measureMemory(tembo: TemboProcess, timeoutMs: number) {
  const roots = [tembo.pid, (await postgresPid(dataDir.path))!];
  let memory = memoryOf(roots);
  const isLittle = async () => {
    memory = memoryOf(roots);
    return memory.totalMb <= MAX_MB;
  };
  await pollUntil(isLittle, { every: 1_000, timeoutMs });
  return memory;
}

function requireFewTransactions(count: number): void {
  assert.ok(count <= MAX_TRANSACTIONS, `The idle server ran ${count} transactions for each heartbeat.`);
}

function requireLittleMemory({ totalMb, processes }: Awaited<ReturnType<typeof measureMemory>>): void {
  assert.ok(totalMb <= MAX_MB, `The idle processes use ${totalMb.toFixed(0)} MB:\n${processes.join("\n")}`);
}

test("an idle server of a package sends few statements and uses little memory", async (t) => {
  await withServer({}, async (tembo, client) => {
    const transactions = await measureTransactions(client);
    const memory = await measureMemory(tembo, LIMIT_MS);
    t.diagnostic(
      `${transactions.toFixed(1)} transactions for each heartbeat, ${memory.totalMb.toFixed(0)} MB`,
    );
    requireFewTransactions(transactions);
    requireLittleMemory(memory);
  });
});

test("control: a server that polls often or holds memory is reported", async (t) => {
  const hold = `globalThis.held = process.argv[2] === "start" ? Buffer.alloc(${HELD_MB} * 2 ** 20, 1) : null;`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hold)}` };
  await withServer(env, async (tembo, client) => {
    // DBOS reads the interval of a queue from its row once a second.
    await client.query("update dbos.queues set polling_interval_sec = 0.05");
    const transactions = await measureTransactions(client);
    const memory = await measureMemory(tembo, 0);
    t.diagnostic(
      `${transactions.toFixed(1)} transactions for each heartbeat, ${memory.totalMb.toFixed(0)} MB`,
    );
    assert.throws(() => requireFewTransactions(transactions), assert.AssertionError);
    assert.throws(() => requireLittleMemory(memory), assert.AssertionError);
  });
});
