import assert from "node:assert/strict";
import { test } from "node:test";
import { retryAfterMs } from "./retry-after.ts";

const nowMs = Date.parse("2026-01-02T03:04:05Z");

test("parses seconds and dates, and returns zero for a past date and null for other values", () => {
  for (const [header, ms] of [
    ["7", 7_000],
    [" 0.5 ", 500],
    ["0", 0],
    ["Fri, 02 Jan 2026 03:04:35 GMT", 30_000],
    ["Friday, 02-Jan-26 03:04:35 GMT", 30_000],
    ["Fri, 02 Jan 2026 03:00:00 GMT", 0],
  ] as const)
    assert.equal(retryAfterMs(header, nowMs), ms, header);
  for (const nonsense of [undefined, "", "soon", "-5", "1e9", "9999999999999", "2026-01-02 10:00"])
    assert.equal(retryAfterMs(nonsense, nowMs), null, nonsense);
});
