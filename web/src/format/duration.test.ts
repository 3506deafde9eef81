import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDuration, formatLongDuration } from "./duration.ts";

test("formats a duration in units that suit its length", () => {
  const shown: readonly (readonly [ms: number, text: string])[] = [
    [-5, "0 s"],
    [0, "0 s"],
    [20, "20 ms"],
    [999.9, "1 s"],
    [4_230, "4.2 s"],
    [9_990, "10 s"],
    [42_400, "42 s"],
    [59_700, "1 min"],
    [120_000, "2 min"],
    [125_000, "2 min 5 s"],
    [3_599_900, "1 h"],
    [3_780_000, "1 h 3 min"],
  ];
  for (const [ms, text] of shown) assert.equal(formatDuration(ms), text);
});

test("omits fractions of a second in a long duration", () => {
  assert.deepEqual([-5, 0, 4_200, 59_600, 192_000].map(formatLongDuration), [
    "0 s",
    "0 s",
    "4 s",
    "1 min",
    "3 min 12 s",
  ]);
});
