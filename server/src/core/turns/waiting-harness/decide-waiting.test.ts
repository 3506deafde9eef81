import assert from "node:assert/strict";
import { test } from "node:test";
import { decideWaiting } from "./decide-waiting.ts";

const now = new Date("2026-11-30T12:00:00Z");
const at = (place: string, ...minutesAgo: readonly number[]) => ({
  place,
  usedAt: minutesAgo.map((minutes) => new Date(now.getTime() - minutes * 60_000)),
  isTaken: false,
});

test("lets harnesses wait for the places that were used last, and no longer than an hour", () => {
  const places = [at("old", 61), at("first", 50), at("second", 5), at("third", 10)];
  const decide = (maxCount: number, hasRoom = true) => decideWaiting(places, { now, maxCount, hasRoom });
  assert.deepEqual(decide(2), ["second", "third"]);
  assert.deepEqual(decide(10), ["second", "third", "first"]);
  assert.deepEqual(decide(0), []);
  assert.deepEqual(decide(10, false), [], "none waits if memory is low or the worker drains");
});

test("prefers the places with the most of the last uses, and changes none for equally many", () => {
  const decide = (...places: Parameters<typeof decideWaiting>[0]) =>
    decideWaiting(places, { now, maxCount: 1, hasRoom: true });
  assert.deepEqual(decide(at("often", 40, 30), at("last", 5)), ["often"]);
  assert.deepEqual(decide(at("formerly", 90, 80, 70, 40), at("often", 45, 30)), ["often"]);
  const taken = { ...at("taken", 20, 10), isTaken: true };
  assert.deepEqual(decide(taken, at("other", 15, 5)), ["taken"], "two that alternate");
  assert.deepEqual(decide(taken, at("more", 15, 5, 4)), ["more"]);
  assert.deepEqual(decide({ ...at("abandoned", 40, 39, 38, 37, 36), isTaken: true }, at("new", 3, 2, 1)), [
    "new",
  ]);
});
