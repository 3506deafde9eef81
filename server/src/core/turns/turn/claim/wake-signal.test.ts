import assert from "node:assert/strict";
import { test } from "node:test";
import { WakeSignal } from "./wake-signal.ts";

const never = new AbortController().signal;

test("a ring that nobody waited for is kept, and several are one", async () => {
  const bell = new WakeSignal();
  bell.notify();
  bell.notify();
  await bell.wait(never);
  const next = bell.wait(never).then(() => "heard");
  assert.equal(await Promise.race([next, Promise.resolve().then(() => "silent")]), "silent");
  bell.notify();
  assert.equal(await next, "heard");
});

test("an abort ends the waiting, and leaves a ring to who waits next", async () => {
  const bell = new WakeSignal();
  const stop = new AbortController();
  const waiting = bell.wait(stop.signal);
  stop.abort();
  bell.notify();
  await waiting;
  await bell.wait(stop.signal);
  await bell.wait(never);
});
