import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDuration, formatLongDuration } from "./duration.ts";

test("formats a duration in units that suit its length", () => {
  const times = [0, 20, 999.9, 4_200, 9_990, 59_600, 192_000, 7_500_000].map(formatDuration);
  assert.deepEqual(times, ["0 s", "20 ms", "1.0 s", "4.2 s", "10 s", "1 min 0 s", "3 min 12 s", "2 h 5 min"]);
});

test("omits fractions of a second in a long duration", () => {
  assert.deepEqual([0, 4_200, 59_600, 192_000].map(formatLongDuration), [
    "0 s",
    "4 s",
    "1 min 0 s",
    "3 min 12 s",
  ]);
});
