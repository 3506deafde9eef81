import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestStore } from "../testing/test-store.ts";
import { findWrites, takeMark } from "./mark.ts";

test("reports the tables with new, changed and deleted rows, and nothing else", async (context) => {
  const t = await openTestStore();
  context.after(() => t.drop());
  const { pool } = t.database;
  const session = await t.addSession();
  await t.addMessage(session.id);
  await pool.query(
    `insert into api_keys (id, organization_id, user_id, token_hash, token_preview, created_at, updated_at)
     values (gen_random_uuid(), $1, $2, '\\x01', 'x', now(), now())`,
    [t.organizationId, t.userId],
  );
  const mark = await takeMark(pool);
  assert.deepEqual(await findWrites(pool, mark), [], "control: nothing was written");

  await pool.query("update api_keys set last_used_at = now()");
  await pool.query("update sessions set workspace_checked_at = now()");
  await pool.query("insert into rate_limits (key, points) values ('x', 1)");
  await pool.query("select * from sessions for update");
  await pool.query("vacuum freeze sessions");
  assert.deepEqual(await findWrites(pool, mark), [], "use and maintenance are not writes");

  const writes = async (text: string, change = mark) => {
    await pool.query(text);
    return findWrites(pool, change);
  };
  // Triggers also write other tables.
  assert.ok((await writes("update sessions set title = 'New'"))!.includes("sessions"));
  assert.ok((await writes("update api_keys set name = 'new'"))!.includes("api_keys"));
  const later = await takeMark(pool);
  assert.deepEqual(await findWrites(pool, later), []);
  const inserted = `insert into organizations (id, name, created_at, updated_at)
    select gen_random_uuid(), 'New', now(), now()`;
  assert.ok((await writes(inserted, later))!.includes("organizations"));
  const last = await takeMark(pool);
  assert.ok((await writes("delete from messages", last))!.includes("messages"));
  assert.deepEqual(await writes("create table added (id int)", await takeMark(pool)), ["added"]);
  assert.equal(await findWrites(pool, { ...mark, transaction: "99999999999" }), null, "another database");
});
