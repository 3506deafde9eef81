import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { type Query, query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { assignedThreadQueries } from "./assigned-threads.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

/** Returns the plans of the statements that the function runs. */
async function plansOf(run: (sql: Sql) => Promise<unknown>): Promise<string> {
  const plans: string[] = [];
  const explain = async (statement: string | Query, values: readonly unknown[] = []) => {
    const { text, values: given } = typeof statement === "string" ? { text: statement, values } : statement;
    const { rows } = await t.database.pool.query(`explain ${text}`, [...given]);
    plans.push(JSON.stringify(rows));
    // A write without a row checks its lease, so that each write returns one.
    return text.startsWith("update") ? [{}] : [];
  };
  await run({ rows: explain, rowsWithFreshPlan: explain } as unknown as Sql);
  return plans.join();
}

/** Adds messages without turns to the session. */
const addMessages = (sessionId: string, count: number) =>
  t.database.pool.query(
    `insert into messages (id, session_id, position, content, created_at, updated_at)
       select gen_random_uuid(), $1, n, 'Fix it.', $2, $2 from generate_series(1, $3) n`,
    [sessionId, someTime, count],
  );

test("finds the threads of a turn without reading the messages of other sessions", async () => {
  for (let index = 0; index < 20; index += 1) await addMessages((await t.addSession()).id, 500);
  await t.database.pool.query("analyze messages");
  const session = await t.addSession();
  const lease = { sessionId: session.id, turnId: newId(), attempt: 1 };
  const thread = { pullRequestId: newId(), threadId: "7" };
  const ofOneSession = / on messages [^}]*},{"QUERY PLAN":" *Index Cond: \(+session_id = /;
  const end = { commitSha: null, repliedAt: null, resolvedAt: null, reason: null };
  for (const run of [
    (sql: Sql) => assignedThreadQueries(sql).ofTurn(lease),
    (sql: Sql) => assignedThreadQueries(sql).answer(lease, thread, { answer: "Done.", isFixed: true }),
    (sql: Sql) => assignedThreadQueries(sql).finish(lease, thread, end),
  ])
    assert.match(await plansOf(run), ofOneSession);
  const control = await plansOf((sql) =>
    sql.rows(query`select id from messages where turn_id = ${lease.turnId}`),
  );
  assert.doesNotMatch(control, ofOneSession, "control");
});
