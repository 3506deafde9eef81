import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import { test } from "node:test";
import { startPostgres } from "../../../../server/src/postgres/start-postgres.ts";
import { API_KEY, postgresPid, startTemboProcess, temporaryDataDir } from "../../support/index.ts";

const silent = { info: () => {}, warn: () => {}, error: () => {} };
/**
 * Test timeout, which is much longer than the server needs to stop. Without a time limit for its shutdown, the server
 * would never stop.
 */
const timeout = 120_000;

const linesOf = (log: string, message: string) => log.split("\n").filter((line) => line.includes(message));

test("stops when the service manager signals the server and PostgreSQL at the same time", {
  timeout,
}, async () => {
  const dataDir = await temporaryDataDir();
  try {
    const tembo = await startTemboProcess({ dataDir: dataDir.path, apiKey: API_KEY });
    process.kill((await postgresPid(dataDir.path))!, "SIGTERM");
    assert.equal(await tembo.stop(), 0, tembo.log());
    assert.equal(await postgresPid(dataDir.path), null);
  } finally {
    await dataDir.remove();
  }
});

test("stops even if PostgreSQL hangs", { timeout }, async () => {
  const dataDir = await temporaryDataDir();
  try {
    const tembo = await startTemboProcess({ dataDir: dataDir.path, apiKey: API_KEY });
    process.kill((await postgresPid(dataDir.path))!, "SIGSTOP");
    assert.equal(await tembo.stop(), 0, tembo.log());
    assert.equal(await postgresPid(dataDir.path), null);
  } finally {
    await dataDir.remove();
  }
});

test("stops even if its external database is gone", {
  timeout,
}, async () => {
  const dataDir = await temporaryDataDir();
  await chmod(dataDir.path, 0o711);
  const postgres = await startPostgres({ dataDir: dataDir.path, log: silent });
  try {
    const tembo = await startTemboProcess({
      dataDir: dataDir.path,
      apiKey: API_KEY,
      env: { DATABASE_URL: postgres.url },
    });
    await postgres.stop();
    assert.equal(await tembo.stop(), 0, tembo.log());
    const lines = linesOf(tembo.log(), "this worker could not reconnect; retrying");
    assert.ok(lines.length >= 1 && lines.length <= 2, `${lines.length} lines`);
  } finally {
    await postgres.stop();
    await dataDir.remove();
  }
});
