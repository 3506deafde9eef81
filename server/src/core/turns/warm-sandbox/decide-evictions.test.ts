import assert from "node:assert/strict";
import { test } from "node:test";
import { decideEvictions } from "./decide-evictions.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));
const idle = [
  { sessionId: "second", idleSince: at(2), memoryBytes: 300, isPrepared: false },
  { sessionId: "oldest", idleSince: at(1), memoryBytes: 200, isPrepared: false },
  { sessionId: "newest", idleSince: at(3), memoryBytes: 400, isPrepared: false },
];

test("evicts nothing when all sandboxes fit in memory", () => {
  assert.deepEqual(decideEvictions(idle, { boundBytes: 900, neededBytes: 0 }), []);
});

test("evicts the sandboxes that have been idle longest first, and no more than needed", () => {
  assert.deepEqual(decideEvictions(idle, { boundBytes: 899, neededBytes: 0 }), ["oldest"]);
  assert.deepEqual(decideEvictions(idle, { boundBytes: 500, neededBytes: 0 }), ["oldest", "second"]);
  assert.deepEqual(decideEvictions(idle, { boundBytes: 0, neededBytes: 0 }), ["oldest", "second", "newest"]);
});

test("evicts prepared sandboxes before sandboxes that have worked", () => {
  const prepared = { sessionId: "prepared", idleSince: at(4), memoryBytes: 100, isPrepared: true };
  assert.deepEqual(decideEvictions([...idle, prepared], { boundBytes: 900, neededBytes: 0 }), ["prepared"]);
  assert.deepEqual(decideEvictions([...idle, prepared], { boundBytes: 10_000, neededBytes: 101 }), [
    "prepared",
    "oldest",
  ]);
});

test("evicts sandboxes to free memory that another sandbox needs", () => {
  assert.deepEqual(decideEvictions(idle, { boundBytes: 10_000, neededBytes: 1 }), ["oldest"]);
  assert.deepEqual(decideEvictions(idle, { boundBytes: 10_000, neededBytes: 201 }), ["oldest", "second"]);
  assert.deepEqual(decideEvictions([], { boundBytes: 0, neededBytes: 100 }), []);
});
