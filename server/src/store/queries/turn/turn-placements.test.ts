import assert from "node:assert/strict";
import { test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import { openTestStore } from "../../../testing/test-store.ts";

test("finds the labels of each machine once, however many turns wait", async () => {
  const t = await openTestStore();
  const { pool } = t.database;
  await pool.query(
    `insert into workers (id, host, started_at, heartbeat_at, machine_id, labels)
     values ($1, 'here', now(), now(), $2, '{office}')`,
    [newId(), newId()],
  );
  for (let index = 0; index < 10; index += 1) {
    const { id } = await t.addSession({ runsOn: ["gpu"] });
    await t.store.turnPlacements.request(await t.addTurn(id));
  }
  await pool.query(
    `create sequence labels_read;
     create or replace function machine_labels(the_machine uuid) returns text[] language sql volatile as
     $$ select nextval('labels_read'); select '{office}'::text[] $$`,
  );
  assert.equal((await t.store.turnPlacements.unreported(100)).length, 10);
  assert.deepEqual((await pool.query("select last_value::int as count from labels_read")).rows, [
    { count: 1 },
  ]);
  await t.drop();
});
