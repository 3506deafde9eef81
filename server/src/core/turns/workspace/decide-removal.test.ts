import assert from "node:assert/strict";
import { test } from "node:test";
import { dayMs, newId } from "../../base/index.ts";
import { decideRemoval } from "./decide-removal.ts";

const now = new Date("2026-03-01T00:00:00Z");
const knownSince = new Date("2026-01-01T00:00:00Z");
const ago = (ms: number) => new Date(now.getTime() - ms);
const unknown = (createdAt = knownSince, id = newId(createdAt.getTime())) => ({
  ...{ id, isPurged: false, knownSince },
});

test("removes the folder of a purged session at once", () => {
  assert.equal(decideRemoval({ ...unknown(new Date(0)), isPurged: true }, now, now), true);
});

test("removes the folder of an unknown session only a week after its last change", () => {
  assert.equal(decideRemoval(unknown(), ago(7 * dayMs), now), true);
  assert.equal(decideRemoval(unknown(), ago(7 * dayMs - 1), now), false);
});

test("keeps the folder of an ID that is older than the database, or whose age is unknown", () => {
  assert.equal(decideRemoval(unknown(new Date(knownSince.getTime() - 1)), ago(7 * dayMs), now), false);
  const random = "8b2f5e0a-3c41-4d7e-9a66-0c1d2e3f4a5b";
  assert.equal(decideRemoval(unknown(knownSince, random), ago(7 * dayMs), now), false);
});
