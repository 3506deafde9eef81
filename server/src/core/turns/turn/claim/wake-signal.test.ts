import assert from "node:assert/strict";
import { test } from "node:test";
import { WakeSignal } from "./wake-signal.ts";

const never = new AbortController().signal;

test("a ring that nobody waited for is kept, and several are one", async () => {
  const wakeSignal = new WakeSignal();
  wakeSignal.notify();
  wakeSignal.notify();
  await wakeSignal.wait(never);
  const next = wakeSignal.wait(never).then(() => "heard");
  assert.equal(await Promise.race([next, Promise.resolve().then(() => "silent")]), "silent");
  wakeSignal.notify();
  assert.equal(await next, "heard");
});

test("an abort ends the waiting, and leaves a ring to who waits next", async () => {
  const wakeSignal = new WakeSignal();
  const stop = new AbortController();
  const waiting = wakeSignal.wait(stop.signal);
  stop.abort();
  wakeSignal.notify();
  await waiting;
  await wakeSignal.wait(stop.signal);
  await wakeSignal.wait(never);
});
