import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { onAbort, rejectOnAbort, resolveOnAbort, whenAborted } from "./on-abort.ts";

const listeners = (signal: AbortSignal) => getEventListeners(signal, "abort").length;
const reason = new Error("stopped");

test("calls the listener when the signal aborts, or immediately if the signal has already aborted", () => {
  const abort = new AbortController();
  const calls: string[] = [];
  onAbort(abort.signal, () => calls.push("before"));
  assert.equal(calls.length, 0);
  abort.abort();
  assert.deepEqual(calls, ["before"]);
  onAbort(abort.signal, () => calls.push("after"));
  assert.deepEqual(calls, ["before", "after"]);
});

test("does not call a released listener, and removes it from the signal", () => {
  const abort = new AbortController();
  let calls = 0;
  const release = onAbort(abort.signal, () => calls++);
  {
    using _ = onAbort(abort.signal, () => calls++);
    assert.equal(listeners(abort.signal), 2, "control");
  }
  release();
  release();
  assert.equal(listeners(abort.signal), 0);
  abort.abort();
  assert.equal(calls, 0);
});

test("treats two registrations of the same listener separately", () => {
  const abort = new AbortController();
  let calls = 0;
  const listener = () => calls++;
  onAbort(abort.signal, listener);
  onAbort(abort.signal, listener)();
  abort.abort();
  assert.equal(calls, 1);
});

test("resolves when the signal aborts", async () => {
  const abort = new AbortController();
  const aborted = whenAborted(abort.signal);
  abort.abort();
  await aborted;
  await whenAborted(abort.signal);
});

test("settles with the result of the work, and leaves no listener behind", async () => {
  const { signal } = new AbortController();
  assert.equal(await rejectOnAbort(Promise.resolve(1), signal), 1);
  assert.equal(await resolveOnAbort(Promise.resolve(1), signal, null), 1);
  await assert.rejects(rejectOnAbort(Promise.reject(reason), signal), reason);
  await assert.rejects(resolveOnAbort(Promise.reject(reason), signal, null), reason);
  assert.equal(listeners(signal), 0);
});

test("settles when the signal aborts, and handles a later failure of the work", async () => {
  const abort = new AbortController();
  const work = Promise.withResolvers<never>();
  const rejecting = rejectOnAbort(work.promise, abort.signal);
  const resolving = resolveOnAbort(work.promise, abort.signal, "aborted");
  abort.abort(reason);
  await assert.rejects(rejecting, reason);
  assert.equal(await resolving, "aborted");
  assert.equal(await resolveOnAbort(work.promise, abort.signal, "aborted already"), "aborted already");
  // An unhandled rejection would fail this test.
  work.reject(new Error("late"));
  await new Promise((resolve) => setImmediate(resolve));
});
