import assert from "node:assert/strict";
import { test } from "node:test";
import { decideWaiting } from "./decide-waiting.ts";

const now = new Date("2026-11-30T12:00:00Z");
const at = (place: string, minutesAgo: number) => ({
  place,
  usedAt: new Date(now.getTime() - minutesAgo * 60_000),
});

test("lets harnesses wait for the places that were used last, and no longer than an hour", () => {
  const places = [at("old", 61), at("first", 50), at("second", 5), at("third", 10)];
  const decide = (maxCount: number, hasRoom = true) => decideWaiting(places, { now, maxCount, hasRoom });
  assert.deepEqual(decide(2), ["second", "third"]);
  assert.deepEqual(decide(10), ["second", "third", "first"]);
  assert.deepEqual(decide(0), []);
  assert.deepEqual(decide(10, false), [], "none waits if memory is low or the worker drains");
});
