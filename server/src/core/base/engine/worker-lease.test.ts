import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { type ClockReading, WorkerLease, workerLeaseMs } from "./worker-lease.ts";

function makeLease() {
  let now: ClockReading = { monotonicMs: 0, wallMs: 1_000_000 };
  const lease = new WorkerLease(() => now);
  const advance = (monotonicMs: number, wallMs = monotonicMs) => {
    now = { monotonicMs: now.monotonicMs + monotonicMs, wallMs: now.wallMs + wallMs };
  };
  return { lease, advance };
}

/** Returns a function that tells if the promise has resolved. */
function watched(promise: Promise<void>): () => Promise<boolean> {
  let isDone = false;
  void promise.then(() => {
    isDone = true;
  });
  return async () => {
    await setImmediate();
    return isDone;
  };
}

test("is valid in a process that is not a worker", async () => {
  const { lease, advance } = makeLease();
  advance(10 * workerLeaseMs);
  assert.equal(lease.isValid(), true);
  await lease.whenValid();
});

test("lapses when the last heartbeat is too old, and is restored by the next one", async (t) => {
  const { lease, advance } = makeLease();
  t.after(() => lease.end());
  const changes: boolean[] = [];
  lease.watch((isValid) => changes.push(isValid));
  const sentAt = lease.now();
  advance(workerLeaseMs - 1);
  lease.confirm(sentAt);
  assert.equal(lease.isValid(), true);
  advance(1);
  assert.equal(lease.isValid(), false, "the time of a heartbeat is the time at which it was sent");
  lease.confirm(sentAt);
  assert.deepEqual(changes, [false]);
  lease.confirm(lease.now());
  assert.deepEqual(changes, [false, true]);
});

test("lapses after a sleep in which the monotonic clock stood still, and if the wall clock was set back", (t) => {
  const { lease, advance } = makeLease();
  t.after(() => lease.end());
  lease.confirm(lease.now());
  advance(0, workerLeaseMs);
  assert.equal(lease.isValid(), false);
  lease.confirm(lease.now());
  advance(workerLeaseMs, -60_000);
  assert.equal(lease.isValid(), false);
});

test("holds callers until the lease is valid again", async (t) => {
  const { lease, advance } = makeLease();
  t.after(() => lease.end());
  lease.confirm(lease.now());
  advance(workerLeaseMs);
  const isThrough = watched(lease.whenValid());
  assert.equal(await isThrough(), false);
  lease.confirm(lease.now());
  assert.equal(await isThrough(), true);
});

test("rejects a caller whose signal aborts", async (t) => {
  const { lease, advance } = makeLease();
  t.after(() => lease.end());
  lease.confirm(lease.now());
  advance(workerLeaseMs);
  const controller = new AbortController();
  const waiting = lease.whenValid(controller.signal);
  controller.abort(new Error("the turn was stopped"));
  await assert.rejects(waiting, /the turn was stopped/);
});

test("fails a caller that waits for too long", async (t) => {
  const { lease, advance } = makeLease();
  t.after(() => lease.end());
  lease.confirm(lease.now());
  advance(workerLeaseMs);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const waiting = lease.whenValid();
  t.mock.timers.tick(10 * 60_000);
  await assert.rejects(waiting, { code: "unavailable" });
});

test("releases waiting callers when the process is no longer a worker", async () => {
  const { lease, advance } = makeLease();
  lease.confirm(lease.now());
  advance(workerLeaseMs);
  const isThrough = watched(lease.whenValid());
  lease.end();
  assert.equal(await isThrough(), true);
});

test("has no lease from the end of the connection until the next heartbeat", (t) => {
  const { lease } = makeLease();
  t.after(() => lease.end());
  lease.lapse();
  assert.equal(lease.isValid(), true, "control: this process is not a worker");
  lease.confirm(lease.now());
  lease.lapse();
  assert.equal(lease.isValid(), false);
  lease.confirm(lease.now());
  assert.equal(lease.isValid(), true);
});
