import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { newId } from "../../base/index.ts";
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
function aMachine(
  change: { memoryBytes?: number; canPause?: boolean; canResume?: boolean; isLost?: boolean } = {},
) {
  const calls: string[] = [];
  const note = (word: string) => void calls.push(word);
  const machine = {
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
  return { machine, calls: calls };
}

function aPool(change: Partial<WarmSandboxPoolOptions> = {}) {
  const cleared: string[] = [];
  const keeper = new WarmSandboxPool({
    workerId: newId(),
    store: t.store,
    sandboxes: { clear: async (id) => void cleared.push(id) },
    clock: { now: () => new Date() },
    log: { info() {}, warn() {}, error() {} },
    boundBytes: 1_000,
    availableBytes: () => Number.MAX_SAFE_INTEGER,
    reserveBytes: 0,
    noticeLetGo: async () => {},
    ...change,
  });
  return { keeper, cleared };
}

const calls = async (id: string) =>
  (await t.store.events.list(id, { afterSeq: 0, limit: 100 })).map(({ data }) => data.type);
async function until(isTrue: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !(await isTrue()); tries++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(await isTrue());
}

describe("a warm sandbox", () => {
  test("stays paused until its turn has ended, and is reused by the session's next turn", async () => {
    const { id } = await t.addSession();
    const { keeper } = aPool();
    const { machine, calls: done } = aMachine();
    assert.equal(await keeper.take(id), null);
    assert.equal(await keeper.putBack(id, machine, minuteMs), true);
    assert.deepEqual(done, ["pause"]);
    await keeper.release(id, "turn");
    assert.deepEqual(done, ["pause", "resume"]);
    assert.deepEqual(await calls(id), ["sandbox.kept"]);
    assert.equal(await keeper.claim(id, never), true);
    assert.equal(await keeper.take(id), machine);
    assert.equal(await keeper.take(id), null, "only one turn can take the sandbox");
    await keeper.discard(id, machine, "Unfit.");
    assert.deepEqual(done.slice(-2), ["close", "stop"]);
    assert.equal(await t.store.keptWarmSandboxes.find(id), null);
    assert.deepEqual(await calls(id), ["sandbox.kept", "sandbox.stopped"]);
  });

  test("is stopped when its programs cannot resume, and the turn receives the error", async () => {
    const { id } = await t.addSession();
    const { keeper } = aPool();
    const { machine, calls: done } = aMachine({ canResume: false });
    await keeper.putBack(id, machine, minuteMs);
    await assert.rejects(keeper.take(id), { message: "The connection was lost." });
    assert.equal(done.at(-1), "stop");
    assert.equal(await keeper.take(id), null);
  });

  test("is stopped and released when the database or the sandbox fails while it is kept", async () => {
    const { id } = await t.addSession();
    let isAway = false;
    const askedFor = async (sessionId: string) => {
      if (isAway) throw new Error("The database is not reachable.");
      return t.store.keptWarmSandboxes.askedFor(sessionId);
    };
    const store = { events: t.store.events, keptWarmSandboxes: { ...t.store.keptWarmSandboxes, askedFor } };
    const workerId = newId();
    const { keeper } = aPool({ store, workerId });
    const first = aMachine();
    await keeper.putBack(id, first.machine, minuteMs);
    await keeper.release(id, "turn");
    assert.equal(await keeper.take(id), first.machine);
    keeper.begin(id, first.machine);
    isAway = true;
    await assert.rejects(keeper.putBack(id, first.machine, minuteMs), {
      message: "The database is not reachable.",
    });
    assert.equal(first.calls.at(-1), "stop");
    assert.deepEqual(await calls(id), ["sandbox.kept", "sandbox.stopped"]);
    isAway = false;
    const second = aMachine({ isLost: true });
    keeper.begin(id, second.machine);
    await assert.rejects(keeper.putBack(id, second.machine, minuteMs), {
      message: "The connection was lost.",
    });
    assert.equal(second.calls.at(-1), "stop");
    await t.store.keptWarmSandboxes.save({ sessionId: id, workerId, until: new Date() });
    await keeper.handOver(id);
    assert.equal(await t.store.keptWarmSandboxes.find(id), null);
  });

  test("stays up past its time limit while a keep-alive exists, and can be entered after the turn", async () => {
    const { id } = await t.addSession();
    const { keeper } = aPool();
    const { machine } = aMachine();
    assert.equal(keeper.up(id), null);
    keeper.begin(id, machine);
    assert.equal(keeper.up(id), machine);
    const endKeepAlive = keeper.keepAlives.add(id);
    await keeper.putBack(id, machine, 50);
    assert.equal(keeper.up(id), "still");
    await keeper.release(id, "turn");
    assert.equal(keeper.up(id), machine);
    await until(async () => (await calls(id)).length === 2);
    assert.deepEqual(await calls(id), ["sandbox.kept", "sandbox.kept"]);
    endKeepAlive();
    await keeper.stop(id, "Enough.");
    assert.equal(keeper.up(id), null);
  });

  test("stops eventually, even if extending its lease failed", async () => {
    const { id } = await t.addSession();
    const dayMs = 24 * 60 * minuteMs;
    const begin = Date.now();
    let nowMs = begin;
    const store = {
      events: t.store.events,
      keptWarmSandboxes: {
        ...t.store.keptWarmSandboxes,
        askedFor: async () => null,
        drop: async () => {},
        save: async () => {
          if (nowMs === begin) return;
          nowMs = begin + dayMs;
          throw new Error("Away.");
        },
      },
    };
    const { keeper } = aPool({ store, clock: { now: () => new Date(nowMs) } });
    const { machine, calls: done } = aMachine();
    keeper.keepAlives.add(id);
    await keeper.putBack(id, machine, 50);
    await keeper.release(id, "turn");
    nowMs = begin + dayMs - 50;
    await until(() => done.includes("stop"));
    assert.equal(keeper.up(id), null);
  });

  test("stops when its time limit expires, and records an event", async () => {
    const { id } = await t.addSession();
    const { keeper } = aPool();
    const { machine, calls: done } = aMachine();
    await keeper.putBack(id, machine, 50);
    await keeper.release(id, "turn");
    await until(async () => (await calls(id)).includes("sandbox.stopped"));
    assert.deepEqual(done.slice(-2), ["close", "stop"]);
    assert.equal(await keeper.take(id), null);
    assert.equal(await t.store.keptWarmSandboxes.find(id), null);
  });

  test("stops without an event when its turn never settles", async () => {
    const { id } = await t.addSession();
    const { keeper } = aPool();
    const { machine, calls: done } = aMachine();
    await keeper.putBack(id, machine, 20);
    await until(() => done.includes("stop"));
    assert.deepEqual(await calls(id), []);
  });

  test("stays up until a requested time, and stops on request", async () => {
    const { id } = await t.addSession();
    const { keeper } = aPool();
    const { machine, calls: done } = aMachine();
    const inAnHour = new Date(Date.now() + 60 * minuteMs);
    await t.store.keptWarmSandboxes.ask(id, inAnHour);
    await keeper.putBack(id, machine, minuteMs);
    await keeper.release(id, "turn");
    assert.deepEqual((await t.store.keptWarmSandboxes.find(id))?.until.getTime(), inAnHour.getTime());
    const later = new Date(Date.now() + 120 * minuteMs);
    await t.store.keptWarmSandboxes.ask(id, later);
    await keeper.reconsider(id);
    assert.equal((await t.store.keptWarmSandboxes.find(id))?.until.getTime(), later.getTime());
    assert.deepEqual(await calls(id), ["sandbox.kept", "sandbox.kept"]);
    await t.store.keptWarmSandboxes.ask(id, new Date());
    await keeper.reconsider(id);
    assert.equal(done.at(-1), "stop");
    await keeper.reconsider(id);
  });

  test("is stopped when it cannot be paused", async () => {
    const { id } = await t.addSession();
    const { keeper } = aPool();
    const { machine, calls: done } = aMachine({ canPause: false });
    assert.equal(await keeper.putBack(id, machine, minuteMs), false);
    assert.deepEqual(done.slice(-2), ["close", "stop"]);
    assert.equal(await t.store.keptWarmSandboxes.find(id), null);
  });

  test("is stopped when its keep-alive time is zero or the pool is closed", async () => {
    const { id } = await t.addSession();
    const { keeper } = aPool();
    const first = aMachine();
    assert.equal(await keeper.putBack(id, first.machine, 0), false);
    assert.equal(first.calls.at(-1), "stop");
    const second = aMachine();
    await keeper.putBack(id, second.machine, minuteMs);
    await keeper.close();
    assert.equal(second.calls.at(-1), "stop");
    const third = aMachine();
    assert.equal(await keeper.putBack(id, third.machine, minuteMs), false);
    assert.equal(third.calls.at(-1), "stop");
    assert.equal(await t.store.keptWarmSandboxes.find(id), null);
  });

  test("is evicted, oldest first, when memory is insufficient for all", async () => {
    const { keeper } = aPool({ boundBytes: 250 });
    const machines = [];
    for (let n = 0; n < 3; n++) {
      const { id } = await t.addSession();
      const one = aMachine();
      machines.push({ id, ...one });
      await keeper.putBack(id, one.machine, minuteMs);
      await keeper.release(id, "turn");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.deepEqual(
      machines.map((one) => one.calls.includes("stop")),
      [true, false, false],
    );
    const { id } = await t.addSession();
    const large = aMachine({ memoryBytes: 300 });
    assert.equal(await keeper.putBack(id, large.machine, minuteMs), false, "does not fit even alone");
    await keeper.close();
  });

  test("is evicted when a new sandbox opens and the machine has little memory left", async () => {
    let availableBytes = 1_000;
    const { keeper } = aPool({ availableBytes: () => availableBytes, reserveBytes: 1_000 });
    const { id } = await t.addSession();
    const { machine, calls: done } = aMachine();
    await keeper.putBack(id, machine, minuteMs);
    await keeper.evictForAnother();
    assert.ok(!done.includes("stop"));
    availableBytes = 999;
    await keeper.evictForAnother();
    assert.ok(done.includes("stop"));
  });
});

describe("workers that share a database", () => {
  test("release a warm sandbox when another worker claims the session", async () => {
    const { id } = await t.addSession();
    const { machine, calls: done } = aMachine();
    const holder = aPool();
    const other = aPool({ noticeLetGo: (sessionId) => holder.keeper.handOver(sessionId) });
    await holder.keeper.putBack(id, machine, minuteMs);
    await holder.keeper.release(id, "turn");
    assert.equal(await other.keeper.claim(id, never), false);
    assert.equal(done.at(-1), "stop");
    assert.equal((await calls(id)).at(-1), "sandbox.stopped");
  });

  test("wait for an unresponsive worker until its sandboxes are cleared", async () => {
    const { id } = await t.addSession();
    const lost = newId();
    await t.store.keptWarmSandboxes.save({ sessionId: id, workerId: lost, until: new Date() });
    const { keeper, cleared } = aPool();
    let hasClaimed = false;
    const claimed = keeper.claim(id, never).then(() => {
      hasClaimed = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal(hasClaimed, false, "control");
    await keeper.clearAfter(lost);
    await claimed;
    assert.deepEqual(cleared, [id]);
    assert.deepEqual(await calls(id), ["sandbox.stopped"]);
  });

  test("apply requests made in the meantime, and release sandboxes that other workers took over", async () => {
    const [mine, taken] = [await t.addSession(), await t.addSession()];
    const { keeper } = aPool();
    const machines = [aMachine(), aMachine()];
    await keeper.putBack(mine.id, machines[0]!.machine, minuteMs);
    await keeper.putBack(taken.id, machines[1]!.machine, minuteMs);
    const later = new Date(Date.now() + 120 * minuteMs);
    await t.store.keptWarmSandboxes.ask(mine.id, later);
    await t.store.keptWarmSandboxes.save({ sessionId: taken.id, workerId: newId(), until: later });
    await keeper.reconsiderAll();
    assert.equal((await t.store.keptWarmSandboxes.find(mine.id))?.until.getTime(), later.getTime());
    assert.deepEqual(
      machines.map((one) => one.calls.includes("stop")),
      [false, true],
    );
    await keeper.close();
  });

  test("stop waiting when the turn is stopped", async () => {
    const { id } = await t.addSession();
    await t.store.keptWarmSandboxes.save({ sessionId: id, workerId: newId(), until: new Date() });
    const { keeper } = aPool();
    const abort = new AbortController();
    const claimed = keeper.claim(id, abort.signal);
    abort.abort();
    await assert.rejects(claimed, { name: "AbortError" });
  });

  test("remove the record of a sandbox that they do not have", async () => {
    const { id } = await t.addSession();
    const workerId = newId();
    const { keeper } = aPool({ workerId });
    await t.store.keptWarmSandboxes.save({ sessionId: id, workerId, until: new Date() });
    assert.equal(await keeper.claim(id, never), false);
    await keeper.handOver(id);
    assert.equal(await t.store.keptWarmSandboxes.find(id), null);
  });
});
