import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { newId } from "../../base/index.ts";
import type { TurnsStore } from "../ports.ts";
import { notStarted } from "../service/session-service.ts";
import { findRunningSandbox } from "./find-running-sandbox.ts";
import type { WarmSandbox } from "./warm-sandbox.ts";
import { WarmSandboxPool, type WarmSandboxPoolOptions } from "./warm-sandbox-pool.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const minuteMs = 60_000;
const never = new AbortController().signal;

/** Creates a warm sandbox that records the calls it receives. */
function aWarmSandbox(
  change: { memoryBytes?: number; canPause?: boolean; canResume?: boolean; isLost?: boolean } = {},
) {
  const calls: string[] = [];
  const note = (word: string) => void calls.push(word);
  const warmSandbox = {
    sandbox: {
      pause: async () => {
        note("pause");
        if (change.isLost === true) throw new Error("The connection was lost.");
        return change.canPause ?? true;
      },
      resume: async () => {
        note("resume");
        if (change.canResume === false) throw new Error("The connection was lost.");
      },
      memoryBytes: async () => change.memoryBytes ?? 100,
      stop: async () => note("stop"),
    },
    fingerprint: "same",
    conversation: { conversation: { close: async () => note("close") }, fingerprint: "same", listeners: {} },
  } as unknown as WarmSandbox;
  return { warmSandbox, calls };
}

function aPool(change: Partial<WarmSandboxPoolOptions> = {}) {
  const cleared: string[] = [];
  const pool = new WarmSandboxPool({
    workerId: newId(),
    store: t.store,
    sandboxes: { clear: async (id) => void cleared.push(id) },
    clock: { now: () => new Date() },
    log: { info() {}, warn() {}, error() {} },
    boundBytes: 1_000,
    availableBytes: () => Number.MAX_SAFE_INTEGER,
    reserveBytes: 0,
    noticeHandOver: async () => {},
    ...change,
  });
  return { pool, cleared };
}

/** Records a service that is ready in a running turn. Returns a function that reads its state. */
async function startService(sessionId: string) {
  const lease = await t.startTurn(sessionId);
  const sandboxId = newId();
  const service = notStarted({ name: "db", command: "postgres", ready: null });
  await t.store.transaction((tx) => tx.services.begin(lease, sandboxId, [service]));
  const times = { changedAt: someTime, startedAt: someTime, readyMs: 5, exitCode: null };
  const report = { change: { state: "ready", ...times } as const, entries: [] };
  await t.store.services.report({ sessionId, sandboxId, name: "db" }, report, 1_000);
  return async () => (await t.store.services.find(sessionId, "db"))?.state;
}

const eventTypes = async (id: string) =>
  (await t.store.events.list(id, { afterSeq: 0, limit: 100 })).map(({ data }) => data.type);
async function until(isTrue: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !(await isTrue()); tries++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(await isTrue());
}

describe("a warm sandbox", () => {
  test("stays paused until its turn has ended, and is reused by the session's next turn", async () => {
    const { id } = await t.addSession();
    const { pool } = aPool();
    const { warmSandbox, calls: done } = aWarmSandbox();
    assert.equal(await pool.take(id), null);
    assert.equal(await pool.putBack(id, warmSandbox, minuteMs), true);
    assert.deepEqual(done, ["pause"]);
    await pool.release(id, "turn");
    assert.deepEqual(done, ["pause", "resume"]);
    assert.deepEqual(await eventTypes(id), ["sandbox.kept"]);
    assert.equal(await pool.claim(id, never), true);
    assert.equal(await pool.take(id), warmSandbox);
    assert.equal(await pool.take(id), null, "only one turn can take the sandbox");
    await pool.discard(id, warmSandbox, "Unfit.");
    assert.deepEqual(done.slice(-2), ["close", "stop"]);
    assert.equal(await t.store.warmSandboxRecords.find(id), null);
    assert.deepEqual(await eventTypes(id), ["sandbox.kept", "sandbox.stopped"]);
  });

  test("counts as idle while it is kept, and as working while a turn uses it", async () => {
    const { id } = await t.addSession();
    const { pool } = aPool();
    const { warmSandbox } = aWarmSandbox();
    assert.deepEqual(pool.count(), { working: 0, idle: 0 });
    await pool.putBack(id, warmSandbox, minuteMs);
    assert.deepEqual(pool.count(), { working: 0, idle: 1 });
    await pool.take(id);
    pool.begin(id, warmSandbox);
    assert.deepEqual(pool.count(), { working: 1, idle: 0 });
    await pool.discard(id, warmSandbox, "Unfit.");
    assert.deepEqual(pool.count(), { working: 0, idle: 0 });
  });

  test("is stopped when its programs cannot resume, and the turn receives the error", async () => {
    const { id } = await t.addSession();
    const { pool } = aPool();
    const { warmSandbox, calls: done } = aWarmSandbox({ canResume: false });
    await pool.putBack(id, warmSandbox, minuteMs);
    await assert.rejects(pool.take(id), { message: "The connection was lost." });
    assert.equal(done.at(-1), "stop");
    assert.equal(await pool.take(id), null);
  });

  test("is stopped and released when the database or the sandbox fails at the end of a turn", async () => {
    const { id } = await t.addSession();
    let isAway = false;
    const askedFor = async (sessionId: string) => {
      if (isAway) throw new Error("The database is not reachable.");
      return t.store.warmSandboxRecords.askedFor(sessionId);
    };
    const store = { ...t.store, warmSandboxRecords: { ...t.store.warmSandboxRecords, askedFor } };
    const workerId = newId();
    const { pool } = aPool({ store, workerId });
    const first = aWarmSandbox();
    await pool.putBack(id, first.warmSandbox, minuteMs);
    await pool.release(id, "turn");
    assert.equal(await pool.take(id), first.warmSandbox);
    pool.begin(id, first.warmSandbox);
    isAway = true;
    await assert.rejects(pool.putBack(id, first.warmSandbox, minuteMs), {
      message: "The database is not reachable.",
    });
    assert.equal(first.calls.at(-1), "stop");
    assert.deepEqual(await eventTypes(id), ["sandbox.kept", "sandbox.stopped"]);
    isAway = false;
    const second = aWarmSandbox({ isLost: true });
    pool.begin(id, second.warmSandbox);
    await assert.rejects(pool.putBack(id, second.warmSandbox, minuteMs), {
      message: "The connection was lost.",
    });
    assert.equal(second.calls.at(-1), "stop");
    await t.store.warmSandboxRecords.save({ sessionId: id, workerId, until: new Date() });
    await pool.handOver(id);
    assert.equal(await t.store.warmSandboxRecords.find(id), null);
  });

  test("stays up past its time limit while a keep-alive exists, and can be entered after the turn", async () => {
    const { id } = await t.addSession();
    const { pool } = aPool();
    const { warmSandbox } = aWarmSandbox();
    assert.equal(pool.up(id), null);
    pool.begin(id, warmSandbox);
    assert.equal(pool.up(id), warmSandbox);
    const endKeepAlive = pool.keepAlives.add(id, "terminal");
    await pool.putBack(id, warmSandbox, 50);
    assert.equal(pool.up(id), "still");
    await pool.release(id, "turn");
    assert.equal(pool.up(id), warmSandbox);
    await until(async () => (await eventTypes(id)).length === 2);
    assert.deepEqual(await eventTypes(id), ["sandbox.kept", "sandbox.kept"]);
    endKeepAlive();
    await pool.stop(id, "Enough.");
    assert.equal(pool.up(id), null);
  });

  test("stops eventually, even if extending its lease failed", async () => {
    const { id } = await t.addSession();
    const dayMs = 24 * 60 * minuteMs;
    const begin = Date.now();
    let nowMs = begin;
    const store = {
      ...t.store,
      warmSandboxRecords: {
        ...t.store.warmSandboxRecords,
        askedFor: async () => null,
        drop: async () => {},
        save: async () => {
          if (nowMs === begin) return;
          nowMs = begin + dayMs;
          throw new Error("Away.");
        },
      },
    };
    const { pool } = aPool({ store, clock: { now: () => new Date(nowMs) } });
    const { warmSandbox, calls: done } = aWarmSandbox();
    pool.keepAlives.add(id, "terminal");
    await pool.putBack(id, warmSandbox, 50);
    await pool.release(id, "turn");
    nowMs = begin + dayMs - 50;
    await until(() => done.includes("stop"));
    assert.equal(pool.up(id), null);
  });

  test("stops when its time limit expires, and records an event", async () => {
    const { id } = await t.addSession();
    const { pool } = aPool();
    const { warmSandbox, calls: done } = aWarmSandbox();
    await pool.putBack(id, warmSandbox, 50);
    await pool.release(id, "turn");
    await until(async () => (await eventTypes(id)).includes("sandbox.stopped"));
    assert.deepEqual(done.slice(-2), ["close", "stop"]);
    assert.equal(await pool.take(id), null);
    assert.equal(await t.store.warmSandboxRecords.find(id), null);
  });

  test("stops without an event when its turn never settles", async () => {
    const { id } = await t.addSession();
    const { pool } = aPool();
    const { warmSandbox, calls: done } = aWarmSandbox();
    await pool.putBack(id, warmSandbox, 20);
    await until(() => done.includes("stop"));
    assert.deepEqual(await eventTypes(id), []);
  });

  test("stays up until a requested time, and stops on request", async () => {
    const { id } = await t.addSession();
    const { pool } = aPool();
    const { warmSandbox, calls: done } = aWarmSandbox();
    const inAnHour = new Date(Date.now() + 60 * minuteMs);
    await t.store.warmSandboxRecords.ask(id, inAnHour);
    await pool.putBack(id, warmSandbox, minuteMs);
    await pool.release(id, "turn");
    assert.deepEqual((await t.store.warmSandboxRecords.find(id))?.until.getTime(), inAnHour.getTime());
    const later = new Date(Date.now() + 120 * minuteMs);
    await t.store.warmSandboxRecords.ask(id, later);
    await pool.reconsider(id);
    assert.equal((await t.store.warmSandboxRecords.find(id))?.until.getTime(), later.getTime());
    assert.deepEqual(await eventTypes(id), ["sandbox.kept", "sandbox.kept"]);
    await t.store.warmSandboxRecords.ask(id, new Date());
    await pool.reconsider(id);
    assert.equal(done.at(-1), "stop");
    await pool.reconsider(id);
  });

  test("is stopped when it cannot be paused", async () => {
    const { id } = await t.addSession();
    const { pool } = aPool();
    const { warmSandbox, calls: done } = aWarmSandbox({ canPause: false });
    assert.equal(await pool.putBack(id, warmSandbox, minuteMs), false);
    assert.deepEqual(done.slice(-2), ["close", "stop"]);
    assert.equal(await t.store.warmSandboxRecords.find(id), null);
  });

  test("is stopped when its keep-alive time is zero or the pool is closed", async () => {
    const { id } = await t.addSession();
    const { pool } = aPool();
    const first = aWarmSandbox();
    assert.equal(await pool.putBack(id, first.warmSandbox, 0), false);
    assert.equal(first.calls.at(-1), "stop");
    const second = aWarmSandbox();
    await pool.putBack(id, second.warmSandbox, minuteMs);
    await pool.close();
    assert.equal(second.calls.at(-1), "stop");
    const third = aWarmSandbox();
    assert.equal(await pool.putBack(id, third.warmSandbox, minuteMs), false);
    assert.equal(third.calls.at(-1), "stop");
    assert.equal(await t.store.warmSandboxRecords.find(id), null);
  });

  test("is evicted before newer ones when memory is insufficient for all", async () => {
    const { pool } = aPool({ boundBytes: 250 });
    const machines = [];
    for (let n = 0; n < 3; n++) {
      const { id } = await t.addSession();
      const one = aWarmSandbox();
      machines.push({ id, ...one });
      await pool.putBack(id, one.warmSandbox, minuteMs);
      await pool.release(id, "turn");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.deepEqual(
      machines.map((one) => one.calls.includes("stop")),
      [true, false, false],
    );
    const { id } = await t.addSession();
    const large = aWarmSandbox({ memoryBytes: 300 });
    assert.equal(await pool.putBack(id, large.warmSandbox, minuteMs), false, "does not fit even alone");
    await pool.close();
  });

  test("is evicted when a new sandbox opens and the machine has little memory left", async () => {
    let availableBytes = 1_000;
    const { pool } = aPool({ availableBytes: () => availableBytes, reserveBytes: 1_000 });
    const { id } = await t.addSession();
    const { warmSandbox, calls: done } = aWarmSandbox();
    await pool.putBack(id, warmSandbox, minuteMs);
    await pool.evictForAnother();
    assert.ok(!done.includes("stop"));
    availableBytes = 999;
    await pool.evictForAnother();
    assert.ok(done.includes("stop"));
  });
});

describe("workers that share a database", () => {
  test("release a warm sandbox when another worker claims the session", async () => {
    const { id } = await t.addSession();
    const { warmSandbox, calls: done } = aWarmSandbox();
    const holder = aPool();
    const other = aPool({ noticeHandOver: (sessionId) => holder.pool.handOver(sessionId) });
    await holder.pool.putBack(id, warmSandbox, minuteMs);
    await holder.pool.release(id, "turn");
    assert.equal(await other.pool.claim(id, never), false);
    assert.equal(done.at(-1), "stop");
    assert.equal((await eventTypes(id)).at(-1), "sandbox.stopped");
  });

  test("wait for an unresponsive worker until its sandboxes are cleared", async () => {
    const { id } = await t.addSession();
    const lost = newId();
    await t.store.warmSandboxRecords.save({ sessionId: id, workerId: lost, until: new Date() });
    const stateOf = await startService(id);
    const { pool, cleared } = aPool();
    let hasClaimed = false;
    const claimed = pool.claim(id, never).then(() => {
      hasClaimed = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal(hasClaimed, false, "control");
    assert.equal(await stateOf(), "ready", "control");
    await pool.clearAfter(lost);
    await claimed;
    assert.equal(await stateOf(), "stopped");
    assert.deepEqual(cleared, [id]);
    assert.deepEqual(await eventTypes(id), ["sandbox.stopped"]);
  });

  test("apply requests that arrived without a notification, and release sandboxes that other workers took over", async () => {
    const [mine, taken] = [await t.addSession(), await t.addSession()];
    const { pool } = aPool();
    const machines = [aWarmSandbox(), aWarmSandbox()];
    await pool.putBack(mine.id, machines[0]!.warmSandbox, minuteMs);
    await pool.putBack(taken.id, machines[1]!.warmSandbox, minuteMs);
    const later = new Date(Date.now() + 120 * minuteMs);
    await t.store.warmSandboxRecords.ask(mine.id, later);
    await t.store.warmSandboxRecords.save({ sessionId: taken.id, workerId: newId(), until: later });
    await pool.reconsiderAll();
    assert.equal((await t.store.warmSandboxRecords.find(mine.id))?.until.getTime(), later.getTime());
    assert.deepEqual(
      machines.map((one) => one.calls.includes("stop")),
      [false, true],
    );
    await pool.close();
  });

  test("stop waiting when the turn is stopped", async () => {
    const { id } = await t.addSession();
    await t.store.warmSandboxRecords.save({ sessionId: id, workerId: newId(), until: new Date() });
    const { pool } = aPool();
    const abort = new AbortController();
    const claimed = pool.claim(id, abort.signal);
    abort.abort();
    await assert.rejects(claimed, { name: "AbortError" });
  });

  test("remove the record of a sandbox that they do not have", async () => {
    const { id } = await t.addSession();
    const workerId = newId();
    const { pool } = aPool({ workerId });
    await t.store.warmSandboxRecords.save({ sessionId: id, workerId, until: new Date() });
    assert.equal(await pool.claim(id, never), false);
    await pool.handOver(id);
    assert.equal(await t.store.warmSandboxRecords.find(id), null);
  });
});

describe("a prepared sandbox", () => {
  const soon = { until: new Date(Date.now() + minuteMs), hasTurn: false };

  test("stays paused without an event or a row, until a turn takes it", async () => {
    const { id } = await t.addSession();
    const { pool } = aPool();
    const { warmSandbox, calls } = aWarmSandbox();
    assert.equal(await pool.putPrepared(id, warmSandbox, soon), true);
    assert.deepEqual(calls, ["pause"]);
    assert.equal(
      await findRunningSandbox({ store: t.store as unknown as TurnsStore, warmSandboxes: pool }, id),
      "stopped",
      "no person can open a terminal in it",
    );
    assert.equal(await t.store.warmSandboxRecords.find(id), null);
    await pool.reconsider(id);
    await pool.reconsiderAll();
    assert.equal(await pool.take(id), warmSandbox);
    assert.equal(calls.at(-1), "resume");
    await pool.discard(id, warmSandbox, "Unfit.");
    assert.deepEqual(await eventTypes(id), []);
  });

  test("is stopped before a warm sandbox when memory is low", async () => {
    const [{ id: warmId }, { id: preparedId }] = [await t.addSession(), await t.addSession()];
    const { pool } = aPool({ boundBytes: 150 });
    const [warm, prepared] = [aWarmSandbox(), aWarmSandbox()];
    await pool.putBack(warmId, warm.warmSandbox, minuteMs);
    assert.equal(await pool.putPrepared(preparedId, prepared.warmSandbox, soon), false);
    assert.equal(prepared.calls.at(-1), "stop");
    assert.equal(await pool.take(warmId), warm.warmSandbox, "control: the warm sandbox remains");
  });

  test("is not stopped for the memory of others while its turn is running", async () => {
    const [{ id: warmId }, { id: adoptedId }] = [await t.addSession(), await t.addSession()];
    const { pool } = aPool({ boundBytes: 150 });
    const [warm, adopted] = [aWarmSandbox(), aWarmSandbox()];
    await pool.putBack(warmId, warm.warmSandbox, minuteMs);
    assert.equal(await pool.putPrepared(adoptedId, adopted.warmSandbox, { ...soon, hasTurn: true }), true);
    assert.equal(await pool.take(adoptedId), adopted.warmSandbox);
    assert.equal(await pool.take(warmId), warm.warmSandbox);
  });

  test("is stopped when it cannot be paused, and once the pool is closed", async () => {
    const { id } = await t.addSession();
    const { pool } = aPool();
    for (const change of [{ canPause: false }, { isLost: true }, {}] as const) {
      const isClosed = Object.keys(change).length === 0;
      if (isClosed) await pool.close();
      const { warmSandbox, calls } = aWarmSandbox(change);
      const put = pool.putPrepared(id, warmSandbox, soon);
      await ("isLost" in change ? assert.rejects(put) : put);
      assert.equal(calls.at(-1), "stop");
      assert.equal(pool.up(id), null);
    }
  });

  test("needs memory for itself and for the next turn", () => {
    const roomFor = (availableBytes: number) =>
      aPool({ availableBytes: () => availableBytes, reserveBytes: 100 }).pool.hasRoom();
    assert.deepEqual([roomFor(199), roomFor(200)], [false, true]);
  });
});

describe("a worker that may not act", () => {
  test("pauses the programs of working sandboxes, and resumes them afterwards", async () => {
    const { pool } = aPool();
    const [working, failing] = [aWarmSandbox(), aWarmSandbox({ isLost: true })];
    pool.begin(newId(), failing.warmSandbox);
    pool.begin(newId(), working.warmSandbox);
    pool.setMayAct(false);
    await until(async () => working.calls.length === 1);
    assert.deepEqual([working.calls, failing.calls], [["pause"], ["pause"]]);
    pool.setMayAct(true);
    await until(async () => working.calls.length === 2);
    assert.deepEqual(working.calls, ["pause", "resume"]);
  });

  test("does not resume a sandbox whose turn has ended meanwhile", async () => {
    const { pool } = aPool();
    const [ended, working] = [aWarmSandbox(), aWarmSandbox()];
    const sessionId = newId();
    pool.begin(sessionId, ended.warmSandbox);
    pool.begin(newId(), working.warmSandbox);
    pool.setMayAct(false);
    await until(async () => working.calls.length === 1);
    await pool.discard(sessionId, ended.warmSandbox, "The turn has ended.");
    pool.setMayAct(true);
    await until(async () => working.calls.length === 2);
    assert.deepEqual(ended.calls, ["pause", "resume", "close", "stop"], "only its end resumed it");
  });

  test("pauses a sandbox whose work begins meanwhile, also if it was paused before, and resumes it afterwards", async () => {
    const { pool } = aPool();
    const { warmSandbox, calls } = aWarmSandbox();
    const { id } = await t.addSession();
    pool.setMayAct(false);
    pool.begin(id, warmSandbox);
    await until(async () => calls.length === 1);
    assert.equal(await pool.putBack(id, warmSandbox, minuteMs), true);
    assert.equal(await pool.take(id), warmSandbox);
    assert.deepEqual(calls, ["pause", "pause", "resume"], "control: another turn has its programs resumed");
    pool.begin(id, warmSandbox);
    await until(async () => calls.length === 4);
    pool.setMayAct(true);
    await until(async () => calls.length === 5);
    assert.deepEqual(calls.slice(3), ["pause", "resume"]);
    await pool.discard(id, warmSandbox, "Enough.");
  });
});

describe("a turn that does not end", () => {
  test("loses its programs, also while its harness is asked to end or its sandbox is paused", async () => {
    const { pool } = aPool();
    const [working, ending, pausing] = [aWarmSandbox(), aWarmSandbox(), aWarmSandbox()];
    const stuck = Promise.withResolvers<never>();
    const held = () => stuck.promise;
    Object.assign(ending.warmSandbox.conversation!.conversation, { close: held });
    Object.assign(pausing.warmSandbox.sandbox, { pause: held });
    const [{ id: endingId }, { id: pausingId }] = [await t.addSession(), await t.addSession()];
    pool.begin(newId(), working.warmSandbox);
    pool.begin(endingId, ending.warmSandbox);
    pool.begin(pausingId, pausing.warmSandbox);
    const ends = Promise.allSettled([
      pool.discard(endingId, ending.warmSandbox, "The turn has ended."),
      pool.putBack(pausingId, pausing.warmSandbox, minuteMs),
    ]);
    await pool.endUsed();
    for (const { calls } of [working, ending, pausing]) assert.equal(calls.at(-1), "stop");
    stuck.reject(new Error("The sandbox has ended."));
    await ends;
  });

  test("is not kept, although it was being paused meanwhile", async () => {
    const { pool } = aPool();
    const { warmSandbox } = aWarmSandbox();
    const paused = Promise.withResolvers<boolean>();
    Object.assign(warmSandbox.sandbox, { pause: () => paused.promise });
    const { id } = await t.addSession();
    pool.begin(id, warmSandbox);
    const isKept = pool.putBack(id, warmSandbox, minuteMs);
    await pool.endUsed();
    paused.resolve(true);
    assert.equal(await isKept, false);
    assert.equal(await pool.take(id), null);
  });

  test("leaves the sandboxes that no turn uses", async () => {
    const { pool } = aPool();
    const [idle, ended] = [aWarmSandbox(), aWarmSandbox()];
    const [{ id: idleId }, { id: endedId }] = [await t.addSession(), await t.addSession()];
    pool.begin(idleId, idle.warmSandbox);
    pool.begin(endedId, ended.warmSandbox);
    await pool.putBack(idleId, idle.warmSandbox, minuteMs);
    await pool.discard(endedId, ended.warmSandbox, "The turn has ended.");
    const before = [idle.calls.length, ended.calls.length];
    await pool.endUsed();
    assert.deepEqual([idle.calls.length, ended.calls.length], before);
    assert.equal(await pool.take(idleId), idle.warmSandbox);
    await pool.endUsed();
    assert.equal(idle.calls.at(-1), "stop", "control: a turn has taken it");
    await pool.discard(idleId, idle.warmSandbox, "Enough.");
  });
});
