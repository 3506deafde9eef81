import assert from "node:assert/strict";
import { test } from "node:test";
import { WakeSignal } from "./wake-signal.ts";

const never = new AbortController().signal;

test("keeps a notification until the next wait, and merges several into one", async () => {
  const wakeSignal = new WakeSignal();
  wakeSignal.notify();
  wakeSignal.notify();
  await wakeSignal.notified(never);
  const next = wakeSignal.notified(never).then(() => "notified");
  assert.equal(await Promise.race([next, Promise.resolve().then(() => "silent")]), "silent");
  wakeSignal.notify();
  assert.equal(await next, "notified");
});

test("ends a wait on abort and leaves the notification to the next waiter", async () => {
  const wakeSignal = new WakeSignal();
  const stop = new AbortController();
  const waiting = wakeSignal.notified(stop.signal);
  stop.abort();
  wakeSignal.notify();
  await waiting;
  await wakeSignal.notified(stop.signal);
  await wakeSignal.notified(never);
});
