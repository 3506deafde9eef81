import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import pg from "pg";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { dumpSchema, schemaFile } from "./dump-schema.ts";
import { migrate } from "./migrate.ts";

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
    await assert.rejects(migrate(database.pool, { migrations: [good, bad] }), /nonsense/);
    assert.deepEqual(await applied(database), ["0001-good.sql"]);
    const half = await database.pool.query("select to_regclass('half') as half");
    assert.equal(half.rows[0].half, null);
  });
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
