import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, compactCount, counted, dollars, duration, localeOf, momentFormat } from "./format.ts";

test("formats money with cents, and with up to four decimals below one dollar", () => {
  assert.deepEqual([0, 0.15, 0.0123, 0.012345, 1.2345, 1234.5].map(dollars), [
    "$0.00",
    "$0.15",
    "$0.0123",
    "$0.0123",
    "$1.23",
    "$1,234.50",
  ]);
});

test("formats a duration with at most two units", () => {
  const shown: readonly (readonly [ms: number, text: string])[] = [
    [-5, "0 s"],
    [4_230, "4.2 s"],
    [42_400, "42 s"],
    [59_700, "1 min"],
    [125_000, "2 min 5 s"],
    [3_600_000, "1 h"],
    [3_780_000, "1 h 3 min"],
  ];
  for (const [ms, text] of shown) assert.equal(duration(ms), text);
});

test("formats counts and sizes with their units", () => {
  assert.deepEqual([counted(1, "file"), counted(1_200, "file")], ["1 file", "1,200 files"]);
  assert.deepEqual([999, 12_345, 2_500_000].map(compactCount), ["999", "12.3K", "2.5M"]);
  assert.deepEqual([12, 999, 1_000, 999_960, 3_400_000].map(bytes), [
    "12 B",
    "999 B",
    "1 kB",
    "1 MB",
    "3.4 MB",
  ]);
});

test("formats a time in the locale and the time zone, and adds the year to a time that is not recent", () => {
  const now = () => Date.parse("2026-12-01T00:00:00Z");
  const american = momentFormat({ locale: "en-US", timeZone: "America/New_York", now });
  assert.equal(american("2026-11-28T19:05:00.000Z"), "Nov 28, 2:05 PM");
  assert.equal(american("2025-11-28T19:05:00.000Z"), "Nov 28, 2025, 2:05 PM");
  const german = momentFormat({ locale: "de-DE", timeZone: "Europe/Berlin", now });
  assert.equal(german("2026-11-28T13:05:00.000Z"), "28. Nov., 14:05");
  assert.equal(american("never"), "never");
});

test("uses the locale from the environment, and defaults to American English", () => {
  assert.equal(localeOf({ LANG: "de_DE.UTF-8" }), "de-DE");
  assert.equal(localeOf({ LANG: "de_DE.UTF-8", LC_TIME: "en_GB" }), "en-GB");
  assert.equal(localeOf({ LANG: "de_DE.UTF-8", LC_ALL: "C.UTF-8" }), "en-US");
  assert.equal(localeOf({ LANG: "no such" }), "en-US");
  assert.equal(localeOf({}), "en-US");
});
