import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import type { NewEvent } from "../../../core/sessions/index.ts";
import { openTestStore, someTime, type TestStore, until } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const notice = (key: string, message = key, messageId: string | null = null): NewEvent => ({
  key,
  messageId,
  data: { type: "notice", message },
});
const fenced = { code: "fenced" };

test("numbers events from 1 in order and keeps their data", async () => {
  const { id } = await t.addSession();
  assert.equal(await t.store.events.lastSeq(id), 0);
  assert.equal(await t.store.events.append(id, null, [notice("a"), notice("b")]), 2);
  assert.equal(await t.store.events.append(id, null, []), 2);
  assert.equal(await t.store.events.append(id, null, [notice("c")]), 3);
  assert.equal(await t.store.events.lastSeq(id), 3);
  const [first, ...rest] = await t.store.events.list(id, { afterSeq: 0, limit: 10 });
  assert.deepEqual(first, {
    sessionId: id,
    seq: 1,
    messageId: null,
    data: { type: "notice", message: "a" },
    createdAt: someTime,
  });
  assert.deepEqual(
    rest.map((event) => event.seq),
    [2, 3],
  );
});

test("returns the commands that the given harness last reported in the session", async () => {
  const { id } = await t.addSession();
  let key = 0;
  const appendAs = (data: NewEvent["data"]) =>
    t.store.events.append(id, null, [{ ...notice(`${key++}`), data }]);
  const reportCommands = (...names: string[]) =>
    appendAs({
      type: "availableCommands",
      commands: names.map((name) => ({ name, description: "", inputHint: null })),
    });
  const known = (harness: string) => t.store.events.availableCommands(id, harness);
  await appendAs({ type: "session.created", agent: "claudeCode:claude-opus-4-5", repositories: [] });
  assert.equal(await known("claudeCode"), null);
  await reportCommands("init");
  await reportCommands("compact", "init");
  await appendAs({ type: "session.agentChanged", agent: "codex:gpt-5.5" });
  assert.equal(await known("codex"), null);
  await reportCommands("review");
  assert.deepEqual(await known("codex"), ["review"]);
  assert.deepEqual(await known("claudeCode"), ["compact", "init"]);
  assert.equal(await known("cod"), null);
  await reportCommands();
  assert.deepEqual(await known("codex"), []);
  assert.equal(await t.store.events.availableCommands((await t.addSession()).id, "codex"), null);
});

/** Appends 5 events from each of 20 concurrent appenders, and returns the stored sequence numbers. */
async function appendFromTwenty(append: (sessionId: string, events: NewEvent[]) => Promise<unknown>) {
  const { id } = await t.addSession();
  const appender = async (who: number) => {
    for (let n = 0; n < 5; n++) await append(id, [notice(`${who}-${n}`)]);
  };
  const ends = await Promise.allSettled(Array.from({ length: 20 }, (_, who) => appender(who)));
  const events = await t.store.events.list(id, { afterSeq: 0, limit: 1000 });
  return {
    failed: ends.filter((end) => end.status === "rejected").length,
    seqs: events.map((event) => event.seq),
  };
}

test("numbers events of 20 concurrent writers without gaps or duplicates", async () => {
  const { failed, seqs } = await appendFromTwenty((id, events) => t.store.events.append(id, null, events));
  assert.equal(failed, 0);
  assert.deepEqual(
    seqs,
    Array.from({ length: 100 }, (_, n) => n + 1),
  );
});

test("control: concurrent writers collide without the lock on the session", async () => {
  const { failed } = await appendFromTwenty((id, [event]) =>
    t.database.pool.query(
      `insert into events (session_id, seq, key, data, created_at)
       select $1, coalesce(max(seq), 0) + 1, $2, '{}', now() from events, pg_sleep(0.001) where session_id = $1`,
      [id, event!.key],
    ),
  );
  assert.ok(failed > 0);
});

test("ignores an event whose key already exists in the session, even within one call", async () => {
  const { id } = await t.addSession();
  const other = await t.addSession();
  assert.equal(await t.store.events.append(id, null, [notice("a"), notice("a", "again"), notice("b")]), 2);
  assert.equal(await t.store.events.append(id, null, [notice("c"), notice("a", "later")]), 3);
  assert.equal(
    await t.store.events.append(other.id, null, [notice("a")]),
    1,
    "keys are unique per session only",
  );
  const events = await t.store.events.list(id, { afterSeq: 0, limit: 10 });
  assert.deepEqual(
    events.map((event) => event.data),
    ["a", "b", "c"].map((message) => ({ type: "notice", message })),
  );
});

test("rejects events from an attempt that is no longer the latest", async () => {
  const { id } = await t.addSession();
  const lease = await t.startTurn(id);
  assert.equal(await t.store.events.append(id, lease, [notice("first")]), 1);
  await t.store.turns.claim(lease.turnId, someTime);
  await assert.rejects(t.store.events.append(id, lease, [notice("late")]), fenced);
  await assert.rejects(t.store.events.append(id, lease, [notice("first")]), fenced);
  assert.equal(await t.store.events.lastSeq(id), 1);
  assert.equal(await t.store.events.append(id, { ...lease, attempt: 2 }, [notice("second")]), 2);
});

test("accepts only repeated events from an attempt that has ended its turn", async () => {
  const { id } = await t.addSession();
  const lease = await t.startTurn(id);
  await t.store.events.append(id, lease, [notice("said")]);
  await t.store.turns.end(lease, { status: "completed" }, someTime);
  assert.equal(await t.store.events.append(id, lease, [notice("said")]), 1);
  await assert.rejects(t.store.events.append(id, lease, [notice("said"), notice("new")]), fenced);
  assert.equal(await t.store.events.lastSeq(id), 1);
});

test("makes a claim wait for the earlier attempt's append, and fences that attempt's next append", async () => {
  const { id } = await t.addSession();
  const lease = await t.startTurn(id);
  let claim: Promise<unknown> | undefined;
  await t.store.transaction(async (tx) => {
    await tx.events.append(id, lease, [notice("in time")]);
    claim = t.store.turns.claim(lease.turnId, someTime);
    await until(async () => {
      const { rows } = await t.database.pool.query(
        "select 1 from pg_stat_activity where query like '%claim_turn%' and wait_event_type = 'Lock'",
      );
      return rows.length > 0;
    });
    await tx.events.append(id, lease, [notice("in time too")]);
  });
  await claim;
  await assert.rejects(t.store.events.append(id, lease, [notice("too late")]), fenced);
  assert.equal(await t.store.events.lastSeq(id), 2);
});

test("lists a message's events separately from events without a message", async () => {
  const { id } = await t.addSession();
  const messageId = await t.addMessage(id);
  await t.store.events.append(id, null, [notice("a"), notice("b", "b", messageId), notice("c")]);
  const seqs = async (page: { messageId?: string | null; afterSeq?: number; limit?: number }) =>
    (await t.store.events.list(id, { afterSeq: 0, limit: 10, ...page })).map((event) => event.seq);
  assert.deepEqual(await seqs({ messageId }), [2]);
  assert.deepEqual(await seqs({ messageId: null }), [1, 3]);
  assert.deepEqual(await seqs({}), [1, 2, 3]);
  assert.deepEqual(await seqs({ afterSeq: 1, limit: 1 }), [2]);
});

test("replaces NUL characters and lone surrogates with replacement characters", async () => {
  const { id } = await t.addSession({ title: "t\0", prompt: "p\uD800" });
  const session = await t.store.sessions.get(id);
  assert.equal(session.title + session.prompt, "t\uFFFDp\uFFFD");
  const message = "nul \0, lone \uD83D, pair \u{1F600}, written \\u0000";
  await t.store.events.append(id, null, [notice("k\0", message)]);
  await t.store.events.append(id, null, [notice("k\0", message)]);
  const events = await t.store.events.list(id, { afterSeq: 0, limit: 10 });
  assert.deepEqual(
    events.map((event) => event.data),
    [{ type: "notice", message: "nul \uFFFD, lone \uFFFD, pair \u{1F600}, written \\u0000" }],
  );
});

test("control: PostgreSQL rejects NUL characters and lone surrogates", async () => {
  await assert.rejects(t.database.pool.query("select $1::jsonb", [JSON.stringify("\0")]));
  await assert.rejects(t.database.pool.query("select $1::jsonb", [JSON.stringify("\uD800")]));
  await assert.rejects(t.database.pool.query("select $1::text", ["\0"]));
});

test("throws not_found when appending to an unknown session", async () => {
  await assert.rejects(t.store.events.append(newId(), null, [notice("a")]), { code: "not_found" });
});
