import assert from "node:assert/strict";
import { test } from "node:test";
import { cronerCron } from "./croner-cron.ts";

const next = (cron: string, after: string) => cronerCron.next(cron, new Date(after))?.toISOString() ?? null;

/** Returns the first matching times in order. */
function firings(cron: string, after: string, count: number): string[] {
  const times: string[] = [];
  for (let at = after; times.length < count; at = times.at(-1)!) times.push(next(cron, at)!);
  return times;
}

test("a time is in UTC, and strictly after the one that is given", () => {
  assert.equal(next("0 9 * * 1-5", "2026-01-02T08:59:59.999Z"), "2026-01-02T09:00:00.000Z");
  assert.equal(next("0 9 * * 1-5", "2026-01-02T09:00:00.000Z"), "2026-01-05T09:00:00.000Z");
  assert.equal(next("*/15 * * * *", "2026-01-02T09:00:01.000Z"), "2026-01-02T09:15:00.000Z");
  assert.equal(next("@daily", "2026-01-02T09:00:00.000Z"), "2026-01-03T00:00:00.000Z");
});

test("a time zone before the expression is where its hours are", () => {
  assert.equal(next("CRON_TZ=Europe/Berlin 0 9 * * *", "2026-01-02T00:00:00Z"), "2026-01-02T08:00:00.000Z");
  assert.equal(next("TZ=Asia/Kathmandu 0 9 * * *", "2026-01-02T00:00:00Z"), "2026-01-02T03:15:00.000Z");
});

test("an hour stays the same hour on both sides of a change of the clocks", () => {
  assert.deepEqual(firings("CRON_TZ=Europe/Berlin 0 9 * * *", "2026-03-28T00:00:00Z", 2), [
    "2026-03-28T08:00:00.000Z",
    "2026-03-29T07:00:00.000Z",
  ]);
});

test("a time that the clocks skip comes at once after, and one that they have twice is taken once", () => {
  assert.deepEqual(firings("CRON_TZ=Europe/Berlin 30 2 * * *", "2026-03-28T12:00:00Z", 2), [
    "2026-03-29T01:00:00.000Z",
    "2026-03-30T00:30:00.000Z",
  ]);
  assert.deepEqual(firings("CRON_TZ=Europe/Berlin 30 2 * * *", "2026-10-24T12:00:00Z", 2), [
    "2026-10-25T00:30:00.000Z",
    "2026-10-26T01:30:00.000Z",
  ]);
});

test("an expression that never fits has no time", () => {
  assert.equal(next("0 0 30 2 *", "2026-01-02T00:00:00Z"), null);
});

test("what cannot be read is refused with what to write", () => {
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
      { code: "invalid_input", message: /"cron".*minute/ },
      cron,
    );
  }
});
