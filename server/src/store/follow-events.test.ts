import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import { ignoreMeasurements, type Measurement, newId } from "../core/base/index.ts";
import { openTestStore, someTime, type TestStore, until } from "../testing/test-store.ts";
import { followEvents } from "./follow-events.ts";
import { maxEvents, type ReadEvents } from "./gather-reads.ts";
import { createListener } from "./listener.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const append = (sessionId: string, ...keys: string[]) =>
  t.store.events.append(
    sessionId,
    null,
    keys.map((key) => ({ key, messageId: null, data: { type: "notice", message: key } })),
  );

const listening = async () =>
  (
    await t.database.pool.query<{ pid: number }>(
      "select pid from pg_stat_activity where datname = current_database() and query = 'listen tembo_events'",
    )
  ).rows.map((row) => row.pid);

/** Reads from a follower until the given sequence number or until the end. */
async function readUntil(events: AsyncIterator<{ seq: number }>, last: number, seqs: number[]) {
  while (seqs.at(-1) !== last) {
    const step = await events.next();
    if (step.done) return;
    seqs.push(step.value.seq);
  }
}

const follow = (sessionId: string, afterSeq: number, signal: AbortSignal) =>
  t.store.followEvents(sessionId, afterSeq, signal)[Symbol.asyncIterator]();

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, n) => first + n);

test("follows existing events and then new ones across pages", { timeout: 20_000 }, async () => {
  const { id } = await t.addSession();
  await append(id, ...upTo(1200).map((n) => `early-${n}`));
  const stop = new AbortController();
  const events = follow(id, 150, stop.signal);
  const seqs: number[] = [];
  await readUntil(events, 1200, seqs);
  for (let n = 1201; n <= 1210; n++) {
    await append(id, `late-${n}`);
    await readUntil(events, n, seqs);
  }
  assert.deepEqual(seqs, upTo(1210, 151));
  stop.abort();
  assert.deepEqual(await events.next(), { done: true, value: undefined });
});

test("shares one connection among many followers and never shows a rolled-back append", {
  timeout: 20_000,
}, async () => {
  const { id } = await t.addSession();
  const other = await t.addSession();
  const stop = new AbortController();
  const reads = Array.from({ length: 30 }, async () => {
    const seqs: number[] = [];
    await readUntil(follow(id, 0, stop.signal), 3, seqs);
    return seqs;
  });
  await until(async () => (await listening()).length > 0);
  assert.equal((await listening()).length, 1);
  await append(other.id, "elsewhere");
  await assert.rejects(
    t.store.transaction(async (tx) => {
      await tx.events.append(id, null, [
        { key: "x", messageId: null, data: { type: "notice", message: "x" } },
      ]);
      throw new Error("changed my mind");
    }),
    /changed my mind/,
  );
  await append(id, "a");
  await append(id, "b", "c");
  for (const seqs of await Promise.all(reads)) assert.deepEqual(seqs, [1, 2, 3]);
  stop.abort();
});

test("neither loses nor repeats an event when the listening connection is lost", {
  timeout: 30_000,
}, async () => {
  const { id } = await t.addSession();
  const stop = new AbortController();
  const events = follow(id, 0, stop.signal);
  const seqs: number[] = [];
  const reading = readUntil(events, 60, seqs);
  for (let round = 0; round < 3; round++) {
    const pid = await until(async () => (await listening())[0]);
    for (let n = 1; n <= 20; n++) {
      await append(id, `${round}-${n}`);
      if (n === 7) await t.database.pool.query("select pg_terminate_backend($1)", [pid]);
    }
    await until(async () => !(await listening()).includes(pid));
  }
  await reading;
  assert.deepEqual(seqs, upTo(60));
  assert.ok(t.warnings.some((warning) => warning.startsWith("event connection lost")));
  stop.abort();
});

/** Follows events through a separate listener, whose connections open only when the test allows it. */
function gatedFollower(sessionId: string, signal: AbortSignal) {
  const opened: pg.Client[] = [];
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const connect = () => {
    const client = new pg.Client({ connectionString: t.database.url });
    const gate = gates[opened.push(client) - 1]!;
    const open = client.connect.bind(client);
    client.connect = (() => gate.promise.then(() => open())) as typeof client.connect;
    return client;
  };
  const listener = createListener({ connect, log: { info: () => {}, warn: () => {}, error: () => {} } });
  const read: ReadEvents = async (id, afterSeq) => {
    const events = await t.store.events.list(id, { afterSeq, limit: maxEvents });
    return { events, mayHaveMore: events.length === maxEvents };
  };
  const parts = { read, listener, clock: t.clock, measure: ignoreMeasurements };
  const events = followEvents(parts, { sessionId, afterSeq: 0, signal });
  return { events, listener, opened, open: (n: number) => gates[n]!.resolve() };
}

test("reads events that were appended while disconnected once the connection is back", {
  timeout: 20_000,
}, async () => {
  await until(async () => (await listening()).length === 0);
  const { id } = await t.addSession();
  const stop = new AbortController();
  const { events, listener, opened, open } = gatedFollower(id, stop.signal);
  const first = events.next();
  await append(id, "before the first connection");
  open(0);
  assert.equal((await first).value?.seq, 1);
  const second = events.next();
  const pid = await until(async () => (await listening())[0]);
  await t.database.pool.query("select pg_terminate_backend($1)", [pid]);
  await until(async () => opened.length === 2);
  await append(id, "between two connections");
  open(1);
  assert.equal((await second).value?.seq, 2);
  stop.abort();
  await listener.close();
});

test("ends a waiting follower on abort, and closes the connection with the last follower", {
  timeout: 20_000,
}, async () => {
  const { id } = await t.addSession();
  const stop = new AbortController();
  const events = follow(id, 0, stop.signal);
  const waiting = events.next();
  await until(async () => (await listening()).length === 1);
  stop.abort();
  assert.deepEqual(await waiting, { done: true, value: undefined });
  await until(async () => (await listening()).length === 0);
});

test("returns nothing for an aborted signal and releases the connection on break", {
  timeout: 20_000,
}, async () => {
  const { id } = await t.addSession();
  await append(id, "a", "b");
  for await (const _ of t.store.followEvents(id, 0, AbortSignal.abort()))
    assert.fail("received an event after the end");
  for await (const _ of t.store.followEvents(id, 0, new AbortController().signal)) break;
  await until(async () => (await listening()).length === 1);
  await until(async () => (await listening()).length === 0);
});

test("returns no event for a session without appends", { timeout: 20_000 }, async () => {
  const stop = new AbortController();
  const next = follow(newId(), 0, stop.signal).next();
  stop.abort();
  assert.equal((await next).done, true);
});

test("measures the lag of events that follow, but not of earlier ones", async () => {
  const at = (ms: number) => new Date(someTime.getTime() + ms);
  const data = { type: "notice", message: "" } as const;
  const sessionId = newId();
  // The clock of the machine that appended the last event is ahead.
  const pages = [[-5, 0], [2], [50]].map((all) =>
    all.map((ms) => ({ seq: 1, sessionId, messageId: null, createdAt: at(ms), data })),
  );
  let nowMs = 0;
  const read: ReadEvents = async () => {
    nowMs += 5;
    return { events: pages.shift()!, mayHaveMore: true };
  };
  const measured: Measurement[] = [];
  const parts = {
    read,
    clock: { now: () => at(nowMs) },
    listener: { watch: () => ({ nextChange: async () => {}, close() {} }) },
    measure: (one: Measurement) => void measured.push(one),
  } as unknown as Parameters<typeof followEvents>[0];
  const { signal } = new AbortController();
  const events = followEvents(parts, { sessionId, afterSeq: 0, signal });
  for (let n = 0; n < 4; n += 1) await events.next();
  await events.return();
  assert.deepEqual(measured, [
    { kind: "eventRead", lagMs: 8 },
    { kind: "eventRead", lagMs: 0 },
  ]);
});
