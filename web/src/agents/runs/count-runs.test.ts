import assert from "node:assert/strict";
import { test } from "node:test";
import { countRuns } from "./count-runs.ts";

test("counts runs by day and state, and includes days without a run", () => {
  const run = (day: number, status: string) => ({
    createdAt: new Date(2026, 2, day, 12).toISOString(),
    status,
  });
  const counted = countRuns(
    [
      run(2, "completed"),
      run(2, "failed"),
      run(2, "running"),
      run(2, "queued"),
      run(1, "skipped"),
      run(1, "x"),
    ],
    new Date(2026, 2, 2, 23, 59),
    3,
  );
  const none = { completed: 0, failed: 0, cancelled: 0, skipped: 0, open: 0 };
  assert.deepEqual(counted, [
    { ...none, day: "2026-02-28" },
    { ...none, day: "2026-03-01", skipped: 1, open: 1 },
    { ...none, day: "2026-03-02", completed: 1, failed: 1, open: 2 },
  ]);
});

test("omits runs before the requested days", () => {
  const [only] = countRuns(
    [{ createdAt: new Date(2026, 2, 1).toISOString(), status: "completed" }],
    new Date(2026, 2, 2),
    1,
  );
  assert.equal(only?.completed, 0);
});
