import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bytes,
  compactCount,
  counted,
  dollars,
  duration,
  localeOf,
  microDollars,
  momentFormat,
  rawDollars,
} from "./format.ts";

test("formats money in cents, and amounts of less than a cent with up to four decimals", () => {
  assert.deepEqual([0, 0.01, 0.153, 0.1993, 1.234_567, 1_234].map(dollars), [
    "$0.00",
    "$0.01",
    "$0.15",
    "$0.20",
    "$1.23",
    "$1,234.00",
  ]);
  assert.deepEqual([0.009_9, 0.001_234, 0.000_01].map(dollars), ["$0.0099", "$0.0012", "<$0.0001"]);
  assert.deepEqual([microDollars(150_000), rawDollars(0.15)], ["$0.15", "0.1500"]);
});

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
  for (const [ms, text] of shown) assert.equal(duration(ms), text);
});

test("formats counts with their units", () => {
  assert.deepEqual([counted(1, "file"), counted(1_200, "file")], ["1 file", "1,200 files"]);
  assert.deepEqual([999, 12_345, 2_500_000].map(compactCount), ["999", "12.3K", "2.5M"]);
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
  for (const [size, text] of shown) assert.equal(bytes(size), text);
});

test("formats a time in the locale and the time zone, and adds the year to a time that is not recent", () => {
  const now = () => Date.parse("2026-12-01T00:00:00Z");
  const american = momentFormat({ locale: "en-US", timeZone: "America/New_York", now });
  assert.equal(american("2026-11-28T19:05:00.000Z"), "Nov 28, 2:05 PM");
  assert.equal(american("2025-11-28T19:05:00.000Z"), "Nov 28, 2025, 2:05 PM");
  const german = momentFormat({ locale: "de-DE", timeZone: "Europe/Berlin", now });
  assert.equal(german("2026-11-28T13:05:00.000Z"), "28 Nov, 14:05");
  assert.equal(german("2026-11-27T23:05:00.000Z"), "28 Nov, 00:05");
  assert.equal(american("never"), "never");
});

test("formats a time with English words, Latin digits and the Gregorian calendar in every locale", () => {
  const now = () => Date.parse("2026-12-01T00:00:00Z");
  const shown = {
    "ja-JP": "Nov 28, 14:05",
    "ar-EG": "28 Nov, 2:05 pm",
    "fa-IR": "Nov 28, 14:05",
    "th-TH": "28 Nov, 14:05",
    "en-GB": "28 Nov, 14:05",
    "en-US-u-nu-arab-ca-buddhist": "Nov 28, 2:05 PM",
  };
  for (const [locale, text] of Object.entries(shown)) {
    const format = momentFormat({ locale, timeZone: "UTC", now });
    assert.equal(format("2026-11-28T14:05:00.000Z"), text, locale);
  }
});

test("uses the locale from the environment, and defaults to American English", () => {
  assert.equal(localeOf({ LANG: "de_DE.UTF-8" }), "de-DE");
  assert.equal(localeOf({ LANG: "de_DE.UTF-8", LC_TIME: "en_GB" }), "en-GB");
  assert.equal(localeOf({ LANG: "de_DE.UTF-8", LC_ALL: "C.UTF-8" }), "en-US");
  assert.equal(localeOf({ LANG: "no such" }), "en-US");
  assert.equal(localeOf({}), "en-US");
});
