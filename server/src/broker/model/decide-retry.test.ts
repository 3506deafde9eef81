import assert from "node:assert/strict";
import { test } from "node:test";
import { decideRetry, type Failure } from "./decide-retry.ts";

const nowMs = Date.parse("2026-01-02T03:04:05Z");
const decide = (change: Partial<Failure> = {}) =>
  decideRetry({
    status: 529,
    headers: {},
    tries: 1,
    maxTries: 4,
    elapsedMs: 0,
    nowMs,
    random: 1,
    ...change,
  });

test("retries only overload, rate limits, server errors and lost connections", () => {
  for (const status of [null, 429, 500, 502, 503, 504, 529]) assert.equal(decide({ status }), 500);
  for (const status of [200, 201, 301, 400, 401, 402, 403, 404, 408, 409, 413, 422, 501]) {
    assert.equal(decide({ status }), null);
  }
});

test("doubles the delay up to a maximum, and shortens it by up to half as jitter", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7].map((tries) => decide({ tries, maxTries: 99 }));
  assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
  assert.equal(decide({ random: 0 }), 250);
});

test("limits the number of attempts", () => {
  assert.equal(decide({ tries: 3 }), 2_000);
  assert.equal(decide({ tries: 4 }), null);
});

test("honors the provider's retry headers: milliseconds, seconds, a date and whether to retry at all", () => {
  assert.equal(decide({ headers: { "retry-after-ms": "1250", "retry-after": "9" } }), 1_250);
  assert.equal(decide({ headers: { "retry-after": "7" } }), 7_000);
  assert.equal(decide({ headers: { "retry-after": "0.5" } }), 500);
  assert.equal(decide({ headers: { "retry-after": "Fri, 02 Jan 2026 03:04:35 GMT" } }), 30_000);
  assert.equal(
    decide({ headers: { "retry-after": "Fri, 02 Jan 2026 03:00:00 GMT" } }),
    0,
    "a date in the past means no wait",
  );
  for (const nonsense of ["", "soon", "-5", "1e9", "2026"]) {
    const waitMs = decide({ headers: { "retry-after": nonsense } });
    assert.equal(waitMs, nonsense === "2026" ? null : 500, nonsense);
  }
  assert.equal(decide({ headers: { "x-should-retry": "false" } }), null);
  assert.equal(decide({ headers: { "x-should-retry": "true" } }), 500);
});

test("limits the total delay, and does not retry if the provider asks for a longer one", () => {
  assert.equal(decide({ headers: { "retry-after": "60" } }), 60_000);
  assert.equal(decide({ headers: { "retry-after": "61" } }), null);
  assert.equal(decide({ elapsedMs: 59_000, headers: { "retry-after": "2" } }), null);
  assert.equal(decide({ elapsedMs: 59_600 }), null);
});
