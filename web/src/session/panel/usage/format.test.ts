import assert from "node:assert/strict";
import { test } from "node:test";
import { formatCost, formatTime } from "./format.ts";

test("tells small costs exactly and large ones in cents", () => {
  assert.deepEqual([0, 1_234, 120_000, 1_234_567].map(formatCost), ["$0.00", "$0.0012", "$0.12", "$1.23"]);
});

test("tells times in the two units that matter", () => {
  assert.deepEqual(
    [0, 59_400, 61_000, 3_725_000].map((ms) => formatTime(0, ms)),
    ["0 s", "59 s", "1 min 1 s", "1 h 2 min"],
  );
});
