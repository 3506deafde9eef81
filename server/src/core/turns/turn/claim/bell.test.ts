import assert from "node:assert/strict";
import { test } from "node:test";
import { Bell } from "./bell.ts";

const never = new AbortController().signal;

test("a ring that nobody waited for is kept, and several are one", async () => {
  const bell = new Bell();
  bell.ring();
  bell.ring();
  await bell.heard(never);
  const next = bell.heard(never).then(() => "heard");
  assert.equal(await Promise.race([next, Promise.resolve().then(() => "silent")]), "silent");
  bell.ring();
  assert.equal(await next, "heard");
});

test("an abort ends the waiting, and leaves a ring to who waits next", async () => {
  const bell = new Bell();
  const stop = new AbortController();
  const waiting = bell.heard(stop.signal);
  stop.abort();
  bell.ring();
  await waiting;
  await bell.heard(stop.signal);
  await bell.heard(never);
});
