import assert from "node:assert/strict";
import { test } from "node:test";
import { costByDay } from "./cost-by-day.ts";

test("costs are summed by day, and a day without one is there", () => {
  const item = (month: number, day: number, totalCredits: number) => ({
    createdAt: new Date(2026, month, day, 12).toISOString(),
    totalCredits,
  });
  assert.deepEqual(
    costByDay([item(2, 2, 0.5), item(2, 2, 0.25), item(1, 28, 1), item(1, 27, 9)], new Date(2026, 2, 2), 3),
    [
      { day: "2026-02-28", cost: 1 },
      { day: "2026-03-01", cost: 0 },
      { day: "2026-03-02", cost: 0.75 },
    ],
  );
});
