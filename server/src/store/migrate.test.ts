import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import pg from "pg";
import { newId, WorkerLease } from "../core/base/index.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { dumpSchema, schemaFile } from "./dump-schema.ts";
import { migrate, newestMigration, readMigrations } from "./migrate.ts";
import { readRequiredMigration } from "./required-migration.ts";
import { createServerRegistry } from "./servers.ts";
import { createWorkerRegistry } from "./workers.ts";

let kept: TestDatabase;
before(async () => {
  kept = await createTestDatabase();
});
after(() => kept.drop());

async function withDatabase(work: (database: TestDatabase) => Promise<void>) {
  const database = await createTestDatabase();
  await work(database).finally(() => database.drop());
}

const applied = async ({ pool }: TestDatabase) =>
  (await pool.query<{ name: string }>("select name from migrations order by name")).rows.map(
    (row) => row.name,
  );

test("migrates only once and produces the committed schema", async () => {
  await migrate(kept.pool);
  const first = await kept.pool.query("select * from migrations");
  await migrate(kept.pool);
  assert.deepEqual((await kept.pool.query("select * from migrations")).rows, first.rows);
  const committed = await readFile(schemaFile, "utf8");
  assert.equal(await dumpSchema(kept.pool), committed, "run: npm run generate");
});

test("waits for another migration only when there is something to apply", async () => {
  await withDatabase(async ({ pool, url }) => {
    const one = { name: "0001-one.sql", text: "create table one (id int)" };
    const two = { name: "0002-two.sql", text: "create table two (id int)" };
    await migrate(pool, { migrations: [one] });
    const other = await pool.connect();
    const hurried = new pg.Pool({ connectionString: url, options: "-c lock_timeout=100ms" });
    // The pool ends before its connections have closed. Dropping the database closes them, which is not an error.
    hurried.on("error", () => undefined);
    try {
      await other.query("begin");
      await other.query("select pg_advisory_xact_lock(8315204401)");
      await migrate(hurried, { migrations: [one] });
      await assert.rejects(migrate(hurried, { migrations: [one, two] }), /lock timeout/);
    } finally {
      await other.query("rollback");
      other.release();
      await hurried.end();
    }
  });
});

test("shows a changed table in the schema dump", async () => {
  await withDatabase(async ({ pool }) => {
    await migrate(pool);
    const before = await dumpSchema(pool);
    await pool.query("alter table workers add column extra text");
    assert.notEqual(await dumpSchema(pool), before);
  });
});

test("migrates an empty database once when processes migrate it concurrently", async () => {
  await withDatabase(async (database) => {
    const script = `
      import pg from "pg";
      import { migrate } from ${JSON.stringify(new URL("./migrate.ts", import.meta.url).href)};
      const pool = new pg.Pool({ connectionString: process.argv[1] });
      await migrate(pool);
      await pool.end();`;
    const cwd = new URL(".", import.meta.url);
    const run = () =>
      promisify(execFile)(process.execPath, ["--input-type=module", "-e", script, database.url], { cwd });
    await Promise.all([run(), run(), migrate(database.pool)]);
    const files = await readdir(new URL("migrations/", import.meta.url));
    assert.deepEqual(await applied(database), files.sort());
  });
});

test("rolls back a failed migration and keeps the earlier ones", async () => {
  await withDatabase(async (database) => {
    const good = { name: "0001-good.sql", text: "create table good (id int)" };
    const bad = { name: "0002-bad.sql", text: "create table half (id int); select nonsense" };
    await assert.rejects(migrate(database.pool, { migrations: [good, bad] }), {
      code: "internal",
      message: /^The migration 0002-bad\.sql failed: .*nonsense/,
    });
    assert.deepEqual(await applied(database), ["0001-good.sql"]);
    const half = await database.pool.query("select to_regclass('half') as half");
    assert.equal(half.rows[0].half, null);
  });
});

test("rejects a new database that cannot store all characters", async () => {
  const url = new URL(kept.url);
  url.pathname = `${url.pathname}_ascii`;
  const name = url.pathname.slice(1);
  await kept.pool.query(`create database ${name} encoding 'SQL_ASCII' locale 'C' template template0`);
  const pool = new pg.Pool({ connectionString: url.href });
  try {
    await assert.rejects(migrate(pool), {
      code: "internal",
      message: new RegExp(`^The database "${name}" has the encoding SQL_ASCII, and Tembo requires UTF8\\.`),
    });
    const { rows } = await pool.query("select to_regclass('migrations') as migrations");
    assert.deepEqual(rows, [{ migrations: null }], "nothing was created");
  } finally {
    await pool.end();
    await kept.pool.query(`drop database ${name}`);
  }
});

test("rejects a changed migration and a newer database", async () => {
  await withDatabase(async ({ pool }) => {
    const one = { name: "0001-one.sql", text: "create table one (id int)" };
    const two = { name: "0002-two.sql", text: "create table two (id int)" };
    await migrate(pool, { migrations: [one, two] });
    await assert.rejects(
      migrate(pool, { migrations: [{ ...one, text: "create table uno (id int)" }, two] }),
      /0001-one.sql was changed/,
    );
    await assert.rejects(migrate(pool, { migrations: [one] }), /newer version of Tembo \(0002-two.sql\)/);
  });
});

const expand = { name: "9001-expand.sql", text: "create table expand (id int)" };
const contract = {
  name: "9002-contract.sql",
  text: "drop table expand; update required_migration set name = '9001-expand.sql'",
};
const silent = { info() {}, warn() {}, error() {} };

test("accepts newer migrations if this version knows the required one, and logs one line", async () => {
  await withDatabase(async ({ pool }) => {
    const known = await readMigrations();
    await migrate(pool, { migrations: [...known, expand] });
    const lines: unknown[] = [];
    await migrate(pool, { log: { ...silent, info: (fields) => lines.push(fields) } });
    assert.deepEqual(lines, [{ newest: "9001-expand.sql" }]);
    const required = (await readRequiredMigration(pool))!;
    await assert.rejects(migrate(pool, { migrations: known.filter(({ name }) => name < required) }), {
      message: new RegExp(`newer version of Tembo \\(${required}\\)`),
    });
    await migrate(pool, { migrations: [...known, expand, contract] });
    await migrate(pool, { migrations: [...known, expand] });
    await assert.rejects(migrate(pool), /newer version of Tembo \(9001-expand.sql\)/);
  });
});

test("does not raise the required migration while a process of an older version runs", async () => {
  await withDatabase(async ({ pool, url }) => {
    const newest = await newestMigration();
    const facts = { release: "1.2.3", newestMigration: newest, freeDiskBytes: () => null };
    await migrate(pool);
    const olderWorker = await createWorkerRegistry({
      pool,
      connectionString: url,
      lease: new WorkerLease(),
      processes: { own: newId(), isRunning: async () => true },
      facts,
      log: silent,
    }).join({
      workerId: newId(),
      host: "alpha",
      version: 1,
      machine: { id: newId(), turnLimit: 1, labels: [], memoryBytes: 1 },
      onStopNotice: () => {},
      onSteeringNotice: () => {},
      onTakenOver: async () => {},
      onRejoined: () => {},
    });
    const servers = createServerRegistry({ pool, log: silent });
    const server = { id: newId(), machineId: newId(), address: null, host: "beta", facts };
    const leave = await servers.join(server, () => []);
    const migrations = [...(await readMigrations()), expand, contract];
    const raise = () => migrate(pool, { migrations, patienceMs: 0 });
    await assert.rejects(raise(), {
      code: "conflict",
      message: `9002-contract.sql requires a version that these processes do not have: server on beta (${newest}), worker on alpha (${newest}). Stop them, and start this one again.`,
    });
    // The control: the migration before it is applied, and the failed one has changed nothing.
    await pool.query("select from expand");
    await olderWorker.leave();
    await assert.rejects(raise(), /do not have: server on beta/);
    // A server that ended without a trace counts until its heartbeat is old.
    await pool.query("update servers set heartbeat_at = now() - interval '31 seconds'");
    await raise();
    await leave();
  });
});

test("waits for a table that another process uses, without blocking others for long", async () => {
  await withDatabase(async ({ pool }) => {
    const table = { name: "0001-busy.sql", text: "create table busy (id int)" };
    const column = { name: "0002-column.sql", text: "alter table busy add column extra text" };
    await migrate(pool, { migrations: [table] });
    const other = await pool.connect();
    await other.query("begin");
    await other.query("select from busy");
    await assert.rejects(migrate(pool, { migrations: [table, column], patienceMs: 0 }), {
      code: "conflict",
      message: /^0002-column.sql cannot lock its tables/,
    });
    const waits = Promise.withResolvers<void>();
    const log = { ...silent, warn: () => waits.resolve() };
    const migrated = migrate(pool, { migrations: [table, column], log });
    await waits.promise;
    await other.query("commit");
    other.release();
    await migrated;
    await pool.query("select extra from busy");
  });
});
