import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { delay, delayOrAbort } from "./delay.ts";

const reason = new Error("stopped");

test("resolves after the delay, and leaves no listener behind", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { signal } = new AbortController();
  let isOver = false;
  const waiting = delay(1_000, signal).then(() => {
    isOver = true;
  });
  t.mock.timers.tick(999);
  await Promise.resolve();
  assert.equal(isOver, false);
  t.mock.timers.tick(1);
  await waiting;
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("rejects with the abort reason, whether the signal aborts before or during the delay", async () => {
  const abort = new AbortController();
  const waiting = delay(2 ** 30, abort.signal);
  abort.abort(reason);
  await assert.rejects(waiting, reason);
  await assert.rejects(delay(2 ** 30, abort.signal), reason);
});

test("resolves without an error when the signal aborts", async () => {
  const abort = new AbortController();
  const waiting = delayOrAbort(2 ** 30, abort.signal, { keepsProcess: false });
  abort.abort(reason);
  await waiting;
  await delayOrAbort(2 ** 30, abort.signal);
  await delayOrAbort(0, new AbortController().signal);
});
