import assert from "node:assert/strict";
import { test } from "node:test";
import { decideExpiry, firstExpiry } from "./decide-expiry.ts";

const day = 24 * 60 * 60_000;
const start = new Date("2026-01-02T03:04:05.678Z");
const after = (ms: number) => new Date(start.getTime() + ms);

test("expires a sign-in after thirty days, and extends it when it is used after a day", () => {
  const first = firstExpiry(start);
  assert.deepEqual(first, after(30 * day));
  assert.equal(decideExpiry(first, start), null);
  assert.equal(decideExpiry(first, after(day - 1)), null);
  assert.deepEqual(decideExpiry(first, after(day)), after(31 * day));
});
