import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import {
  aMessage,
  aPullRequest,
  openTestStore,
  someTime,
  type TestStore,
} from "../../../testing/test-store.ts";
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

/** Creates a turn with two messages that assign the same thread by different comments. */
async function assignTwice() {
  const repository = await t.addRepository();
  const session = await t.addSession({}, [repository]);
  const messages = [1, 2].map((minute) =>
    aMessage({ sessionId: session.id, createdAt: new Date(someTime.getTime() + minute * 60_000) }),
  );
  for (const message of messages) await t.store.messages.insert(message);
  const [first, second] = messages as [(typeof messages)[0], (typeof messages)[0]];
  const turnId = newId();
  await t.store.turns.insert({ id: turnId, sessionId: session.id, messageId: first.id }, someTime);
  for (const { id } of messages) await t.store.messages.setTurn(id, turnId);
  await t.store.turns.claim(turnId, someTime);
  const lease = { turnId, sessionId: session.id, attempt: 1 };
  const { organizationId } = t;
  const pullRequest = aPullRequest({ organizationId, sessionId: session.id, repositoryId: repository.id });
  await t.store.pullRequests.save(lease, pullRequest);
  await t.store.assignedThreads.insert(
    messages.map(({ id: messageId, createdAt }, index) => ({
      ...{ messageId, pullRequestId: pullRequest.id, threadId: "t", commentId: String(index + 1), createdAt },
      ...{ position: 0, place: "a.txt:1", answer: null, isFixed: false, commitSha: null },
      ...{ repliedAt: null, resolvedAt: null, reason: null },
    })),
  );
  return { lease, first, second, pullRequestId: pullRequest.id };
}

test("returns a thread that two messages of a turn assign once, with the comments by which they name it", async () => {
  const { lease, first, second, pullRequestId } = await assignTwice();
  const threads = await t.store.assignedThreads.ofTurn(lease);
  assert.deepEqual(
    threads.map(({ messageId, commentId, commentIds }) => [messageId, commentId, [...commentIds].sort()]),
    [[first.id, "1", ["1", "2"]]],
  );
  const thread = { pullRequestId, threadId: "t" };
  await t.store.assignedThreads.answer(lease, thread, { answer: "Done.", isFixed: true });
  for (const { id } of [first, second])
    assert.equal((await t.store.assignedThreads.ofMessage(id))[0]?.answer, "Done.");
});

test("returns the latest assignment of a pull request whose message was not deleted", async () => {
  const { first, second, pullRequestId } = await assignTwice();
  const latest = async () =>
    (await t.store.assignedThreads.ofPullRequest(pullRequestId)).map(({ messageId }) => messageId);
  assert.deepEqual(await latest(), [second.id]);
  await t.store.messages.delete(second.id, someTime);
  assert.deepEqual(await latest(), [first.id]);
});
