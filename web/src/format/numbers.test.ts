import assert from "node:assert/strict";
import { test } from "node:test";
import {
  dollarsUpTo,
  formatBytes,
  formatChange,
  formatCompact,
  formatCount,
  formatCountOf,
  formatDollars,
  formatMicroDollars,
  formatPercent,
} from "./numbers.ts";

test("formats money in cents, and amounts of less than a cent with up to four decimals", () => {
  assert.deepEqual([0, 0.01, 0.153, 0.1993, 1.234_567, 1_234].map(formatDollars), [
    "$0.00",
    "$0.01",
    "$0.15",
    "$0.20",
    "$1.23",
    "$1,234.00",
  ]);
  assert.deepEqual([0.009_9, 0.001_234, 0.000_01].map(formatDollars), ["$0.0099", "$0.0012", "<$0.0001"]);
  assert.equal(formatMicroDollars(150_000), "$0.15");
});

test("formats counts, percentages and changes", () => {
  assert.deepEqual(
    [formatCount(12_345), formatCompact(12_345), formatCompact(12)],
    ["12,345", "12.3K", "12"],
  );
  assert.deepEqual(
    [formatCountOf(1, "file", "files"), formatCountOf(2_000, "file", "files")],
    ["1 file", "2,000 files"],
  );
  assert.deepEqual([0, 12, 66.7].map(formatPercent), ["0%", "12%", "66.7%"]);
  assert.deepEqual([-3, 0, 12].map(formatChange), ["-3", "0", "+12"]);
});

test("formats sizes in binary units, and never as 1,024 of one", () => {
  const KiB = 1024;
  const shown: readonly (readonly [size: number, text: string])[] = [
    [0, "0 B"],
    [1_023, "1,023 B"],
    [KiB, "1 KiB"],
    [4.25 * KiB, "4.3 KiB"],
    [9.96 * KiB, "10 KiB"],
    [42.4 * KiB, "42 KiB"],
    [1_023.4 * KiB, "1,023 KiB"],
    [1_023.99 * KiB, "1 MiB"],
    [1_023.99 * KiB ** 2, "1 GiB"],
    [1.5 * KiB ** 2, "1.5 MiB"],
    [3 * KiB ** 4, "3 TiB"],
    [2_000 * KiB ** 4, "2,000 TiB"],
  ];
  for (const [size, text] of shown) assert.equal(formatBytes(size), text);
});

test("formats all axis labels with the same number of digits, and each one differently", () => {
  const labels = (most: number) => [0, 0.25, 0.5, 0.75, 1].map((part) => dollarsUpTo(most)(most * part));
  assert.deepEqual(labels(0.034), ["$0.0000", "$0.0085", "$0.0170", "$0.0255", "$0.0340"]);
  assert.deepEqual(labels(10), ["$0.00", "$2.50", "$5.00", "$7.50", "$10.00"]);
  assert.deepEqual(dollarsUpTo(0)(0), "$0.00");
});
