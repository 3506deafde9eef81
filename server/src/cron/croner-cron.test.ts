import assert from "node:assert/strict";
import { test } from "node:test";
import { cronerCron } from "./croner-cron.ts";

const next = (cron: string, after: string) => cronerCron.next(cron, new Date(after))?.toISOString() ?? null;

/** Returns the first matching times, in order. */
function firings(cron: string, after: string, count: number): string[] {
  const times: string[] = [];
  for (let at = after; times.length < count; at = times.at(-1)!) times.push(next(cron, at)!);
  return times;
}

test("returns the next time in UTC, strictly after the given one", () => {
  assert.equal(next("0 9 * * 1-5", "2026-01-02T08:59:59.999Z"), "2026-01-02T09:00:00.000Z");
  assert.equal(next("0 9 * * 1-5", "2026-01-02T09:00:00.000Z"), "2026-01-05T09:00:00.000Z");
  assert.equal(next("*/15 * * * *", "2026-01-02T09:00:01.000Z"), "2026-01-02T09:15:00.000Z");
  assert.equal(next("@daily", "2026-01-02T09:00:00.000Z"), "2026-01-03T00:00:00.000Z");
});

test("evaluates the hours in the time zone that precedes the expression", () => {
  assert.equal(next("CRON_TZ=Europe/Berlin 0 9 * * *", "2026-01-02T00:00:00Z"), "2026-01-02T08:00:00.000Z");
  assert.equal(next("TZ=Asia/Kathmandu 0 9 * * *", "2026-01-02T00:00:00Z"), "2026-01-02T03:15:00.000Z");
});

test("keeps the local hour across a daylight saving change", () => {
  assert.deepEqual(firings("CRON_TZ=Europe/Berlin 0 9 * * *", "2026-03-28T00:00:00Z", 2), [
    "2026-03-28T08:00:00.000Z",
    "2026-03-29T07:00:00.000Z",
  ]);
});

test("fires right after a time that a daylight saving change skips, and once for a repeated time", () => {
  assert.deepEqual(firings("CRON_TZ=Europe/Berlin 30 2 * * *", "2026-03-28T12:00:00Z", 2), [
    "2026-03-29T01:00:00.000Z",
    "2026-03-30T00:30:00.000Z",
  ]);
  assert.deepEqual(firings("CRON_TZ=Europe/Berlin 30 2 * * *", "2026-10-24T12:00:00Z", 2), [
    "2026-10-25T00:30:00.000Z",
    "2026-10-26T01:30:00.000Z",
  ]);
});

test("returns null for an expression that never matches", () => {
  assert.equal(next("0 0 30 2 *", "2026-01-02T00:00:00Z"), null);
});

test("rejects an invalid expression and explains the format", () => {
  for (const cron of [
    "",
    "soon",
    "* * * *",
    "* * * * * *",
    "61 * * * *",
    "CRON_TZ=Mars/Olympus 0 9 * * *",
    "CRON_TZ=Europe/Berlin",
    "2026-01-02T03:04:05",
  ]) {
    assert.throws(
      () => next(cron, "2026-01-02T00:00:00Z"),
      { code: "invalid_input", message: /cron expression .*minute/ },
      cron,
    );
  }
});
