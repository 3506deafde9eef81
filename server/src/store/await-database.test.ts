import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { awaitDatabase } from "./await-database.ts";

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.drop());

/** Waits for the database at this URL. Returns the error, if any, and the log lines. */
async function wait(connectionString: string) {
  const pool = new pg.Pool({ connectionString, max: 1 });
  const warnings: string[] = [];
  const log = {
    info: () => {},
    error: () => {},
    warn: (_: object, message: string) => void warnings.push(message),
  };
  try {
    await awaitDatabase({ pool, connectionString, log, limitMs: 100, noticeMs: 0 });
    return { message: null, warnings };
  } catch (cause) {
    return { message: (cause as Error).message, warnings };
  } finally {
    await pool.end();
  }
}

const changed = (change: (url: URL) => void) => {
  const url = new URL(database.url);
  change(url);
  return url.href;
};

test("returns when the database responds", async () => {
  assert.deepEqual(await wait(database.url), { message: null, warnings: [] });
});

test("fails immediately, and names the fix, when the database or the user does not exist", async () => {
  const noDatabase = await wait(changed((url) => (url.pathname = "/missing_one")));
  assert.match(
    noDatabase.message!,
    /has no database with the name in DATABASE_URL: .*missing_one.*correct the name/,
  );
  const noUser = await wait(changed((url) => (url.username = "missing_user")));
  assert.match(noUser.message!, /rejected the username or password of DATABASE_URL/);
  assert.deepEqual([noDatabase.warnings, noUser.warnings], [[], []]);
});

test("waits for a closed port with one warning, and then reports host, port and error without the password", async () => {
  const { message, warnings } = await wait("postgresql://ada:hunter2@127.0.0.1:1/tembo");
  assert.match(
    message!,
    /^The database at 127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED.*DATABASE_URL\.$/,
  );
  assert.deepEqual(warnings, ["the database at 127.0.0.1:1 does not respond; waiting for it"]);
  assert.doesNotMatch(message!, /hunter2|ada/);
});
