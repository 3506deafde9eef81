import assert from "node:assert/strict";
import { test } from "node:test";
import { compact, dollars, dollarsUpTo, whole } from "./numbers.ts";

test("shows small amounts exactly and large ones in cents", () => {
  assert.deepEqual([0, 0.001_234, 0.12, 1.234_567].map(dollars), ["$0.00", "$0.0012", "$0.12", "$1.23"]);
});

test("shows counts in full or abbreviated", () => {
  assert.deepEqual([whole(12_345), compact(12_345), compact(12)], ["12,345", "12.3K", "12"]);
});

test("shows axis labels with the same number of digits, and no label twice", () => {
  const marks = (most: number) => [0, 0.25, 0.5, 0.75, 1].map((part) => dollarsUpTo(most)(most * part));
  assert.deepEqual(marks(0.034), ["$0.0000", "$0.0085", "$0.0170", "$0.0255", "$0.0340"]);
  assert.deepEqual(marks(10), ["$0.00", "$2.50", "$5.00", "$7.50", "$10.00"]);
  assert.deepEqual(dollarsUpTo(0)(0), "$0.00");
});
