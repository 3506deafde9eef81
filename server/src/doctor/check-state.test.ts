import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  createMigratedTestDatabase,
  createTestDatabase,
  type TestDatabase,
} from "../testing/test-database.ts";
import { checkState } from "./check-state.ts";

let database: TestDatabase;
before(async () => {
  database = await createMigratedTestDatabase();
});
after(() => database.drop());

async function look(databaseUrl: string | null = database.url) {
  const [check] = await checkState({ databaseUrl, dataDir: "/nowhere" }, false);
  return check;
}

async function store(
  name: string,
  age: string,
  openItems: readonly string[] = [],
  earlierItems: readonly string[] = [],
) {
  await database.pool.query(
    `insert into state_checks (name, checked_at, found, fixed, open_items, earlier_items)
     values ($1, now() - $2::interval, 3, 2, $3, $4)
     on conflict (name) do update set checked_at = excluded.checked_at, open_items = excluded.open_items,
       earlier_items = excluded.earlier_items`,
    [name, age, openItems, earlierItems],
  );
}

test("shows the newest results, old results and open differences", async () => {
  assert.match((await look())!.detail, /^not checked yet; a worker checks it every hour$/);
  await store("blobs", "10 minutes");
  await store("jobs", "5 minutes");
  const good = (await look())!;
  assert.deepEqual([good.ok, good.isRequired, good.fix], [true, false, null]);
  assert.equal(good.detail, "checked 10 minutes ago; differences corrected: 4");
  await store("jobs", "4 hours");
  assert.match((await look())!.detail, /^the last complete check was 240 minutes ago$/);
  await store("blobs", "10 minutes", ["workspace two"], ["workspace two", "artifact one"]);
  const open = (await look())!;
  assert.deepEqual([open.ok, open.isRequired], [false, false]);
  assert.equal(open.detail, "has differences that need attention (blobs: artifact one, workspace two)");
});

test("reports a database that cannot be read, and skips one that has no results", async () => {
  assert.match((await look("postgres://127.0.0.1:1/none"))!.detail, /cannot be read/);
  assert.equal(await look(null), undefined);
  const empty = await createTestDatabase();
  try {
    assert.equal(await look(empty.url), undefined);
  } finally {
    await empty.drop();
  }
});
