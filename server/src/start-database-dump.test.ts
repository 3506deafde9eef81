import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type TestContext, test } from "node:test";
import pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import { pollUntil } from "./runtime/poll-until.ts";
import { dumpTo, readFrom } from "./start-database-dump.ts";
import { openTestStore } from "./testing/test-store.ts";

async function openDatabase(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "tembo-dump-"));
  t.after(() => rm(folder, { recursive: true }));
  const store = await openTestStore();
  t.after(() => store.drop());
  return { folder, ...store.database };
}

test("a dump has no time limit of the server or role", { timeout: 60_000 }, async (t) => {
  const { folder, pool, url } = await openDatabase(t);
  const limits = `select name, setting from pg_settings where name in ('statement_timeout', 'transaction_timeout') order by 1`;
  const { rows: existing } = await pool.query<{ name: string }>(limits);
  const limited = new URL(url);
  limited.searchParams.set("options", existing.map(({ name }) => `-c ${name}=50s`).join(" "));
  const client = new pg.Client({ connectionString: limited.href });
  await client.connect();
  const before = await client.query(limits).finally(() => client.end());
  assert.deepEqual(
    before.rows,
    existing.map(({ name }) => ({ name, setting: "50000" })),
    "control: the connection has limits",
  );
  let during: unknown;
  await dumpTo(folder, limited.href, async (dumping) => {
    during = (await dumping.query(limits)).rows;
  });
  assert.deepEqual(
    during,
    existing.map(({ name }) => ({ name, setting: "0" })),
  );
});

test("reads the database as it is at one moment", { timeout: 60_000 }, async (t) => {
  const { folder, pool, url } = await openDatabase(t);
  const count = async (client: pg.Pool | pg.ClientBase) =>
    (await client.query("select from organizations")).rowCount!;
  const before = await count(pool);
  const readTwice = async (client: pg.ClientBase) => {
    assert.equal(await count(client), before);
    await pool.query(
      "insert into organizations (id, name, created_at, updated_at) values (gen_random_uuid(), 'New', now(), now())",
    );
    assert.equal(await count(client), before);
  };
  await readFrom(url, readTwice);
  assert.equal(await count(pool), before + 1, "control: an organization was added");
  await pool.query("delete from organizations where name = 'New'");
  const { facts } = await dumpTo(folder, url, readTwice);
  assert.equal(facts.tables.find(({ name }) => name === "organizations")!.rows, before);
});

test("a dump ends and releases its locks if its rows cannot be written", { timeout: 60_000 }, async (t) => {
  const { folder, pool, url } = await openDatabase(t);
  const countConnections = async () =>
    (
      await pool.query(
        "select from pg_stat_activity where datname = current_database() and application_name = 'tembo backup'",
      )
    ).rowCount;
  let during: number | null = null;
  // More rows than the buffers of the connection hold.
  const rows = "copy (select repeat('x', 1000) from generate_series(1, 100000)) to stdout";
  const failing = dumpTo(folder, url, async (client) => {
    during = await countConnections();
    let bytes = 0;
    const full = new Writable({
      write(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        done(bytes > 1_000_000 ? new Error("no space left on device") : null);
      },
    });
    await pipeline(client.query(copyTo(rows)), full);
  });
  await assert.rejects(failing, /no space left on device/);
  assert.equal(during, 1, "control: the dump has a connection");
  assert.ok(await pollUntil(async () => (await countConnections()) === 0, { every: 20, timeoutMs: 30_000 }));
});
