import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../core/base/index.ts";
import { openTestStore, someTime, type TestStore } from "../testing/test-store.ts";
import { findWorker } from "./find-worker.ts";
import { migrateEngine } from "./migrate-engine.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
  await migrateEngine(t.database.pool, t.database.url);
});
after(() => t.drop());

test("finds the worker of a running turn, and otherwise the worker with the warm sandbox", async () => {
  const { pool } = t.database;
  const { id: sessionId } = await t.addSession({ organizationId: t.organizationId });
  const { id: other } = await t.addSession({ organizationId: t.organizationId });
  assert.equal(await findWorker(pool, sessionId), null);
  const [keeping, running] = [newId(), newId()];
  await t.store.warmSandboxRecords.save({ sessionId, workerId: keeping, until: someTime });
  assert.equal(await findWorker(pool, sessionId), keeping);
  const turnId = await t.addTurn(sessionId);
  await pool.query(
    "insert into dbos.workflow_status (workflow_uuid, status, name, executor_id) values ($1, 'PENDING', 'turn', $2)",
    [turnId, running],
  );
  assert.equal(await findWorker(pool, sessionId), keeping, "the turn is queued");
  await t.store.turns.claim(turnId, someTime);
  assert.equal(await findWorker(pool, sessionId), running);
  assert.equal(await findWorker(pool, other), null, "control: the worker of one session has no other one");
});
