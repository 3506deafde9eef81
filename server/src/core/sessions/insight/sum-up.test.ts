import assert from "node:assert/strict";
import { test } from "node:test";
import { addMonths, changesBetween, contributionOf, fillMonths, sumUp } from "./sum-up.ts";

test("calculates the contribution as a percentage, and returns 0 without pull requests", () => {
  assert.deepEqual([contributionOf(1, 3), contributionOf(0, 0), contributionOf(2, 2)], [33.3, 0, 100]);
});

test("sums the counts of all months", () => {
  const months = [
    { month: "2026-01", withTembo: 2, withoutTembo: 1, merged: 3 },
    { month: "2026-02", withTembo: 1, withoutTembo: 0, merged: 0 },
  ];
  assert.deepEqual(sumUp(months, 7), { completed: 7, created: 4, merged: 3, contribution: 75 });
});

test("reports changes in percent, a rise from zero as 100 and contribution changes in percentage points", () => {
  const before = { completed: 4, created: 0, merged: 0, contribution: 40 };
  const now = { completed: 5, created: 3, merged: 0, contribution: 25 };
  assert.deepEqual(changesBetween(before, now), {
    completed: 25,
    created: 100,
    merged: 0,
    contribution: -15,
  });
});

test("returns every month of the period, even across a year boundary", () => {
  const period = { from: new Date("2025-12-01T00:00:00Z"), until: new Date("2026-03-01T00:00:00Z") };
  const known = { month: "2026-01", withTembo: 1, withoutTembo: 0, merged: 0 };
  const months = fillMonths([known], period);
  assert.deepEqual(
    months.map(({ month }) => month),
    ["2025-12", "2026-01", "2026-02"],
  );
  assert.deepEqual(months[1], known);
  assert.equal(addMonths(new Date("2026-01-31T23:59:00Z"), -1).toISOString(), "2025-12-01T00:00:00.000Z");
});
