import assert from "node:assert/strict";
import { test } from "node:test";
import { dateFormats, dayOf, lastDays } from "./dates.ts";

const afternoon = new Date("2026-11-28T14:05:09Z");
const midnight = new Date("2026-11-28T00:05:09Z");

function formatAll(locale: string): Readonly<Record<string, string>> {
  const formats = dateFormats(locale, "UTC");
  return {
    date: formats.formatDate(afternoon),
    time: formats.formatTime(afternoon),
    seconds: formats.formatTimeWithSeconds(afternoon),
    moment: formats.formatMoment(midnight),
    dateTime: formats.formatDateTime(afternoon),
    day: formats.formatShortDay("2026-03-02"),
    month: formats.formatShortMonth("2026-03"),
    clock: formats.formatClock(9, 5),
  };
}

test("uses the 12-hour clock and puts the month first in the locale en-US", () => {
  assert.deepEqual(formatAll("en-US"), {
    date: "Nov 28, 2026",
    time: "2:05 PM",
    seconds: "2:05:09 PM",
    moment: "Sat, Nov 28, 12:05 AM",
    dateTime: "Nov 28, 2026, 2:05:09 PM",
    day: "Mar 2",
    month: "Mar",
    clock: "9:05 AM",
  });
});

test("uses the 24-hour clock and puts the day first in the locale de-DE, with English names", () => {
  assert.deepEqual(formatAll("de-DE"), {
    date: "28 Nov 2026",
    time: "14:05",
    seconds: "14:05:09",
    moment: "Sat 28 Nov, 00:05",
    dateTime: "28 Nov 2026, 14:05:09",
    day: "2 Mar",
    month: "Mar",
    clock: "09:05",
  });
});

test("uses Latin digits and the Gregorian calendar in every locale", () => {
  const shown = {
    "fa-IR": "Nov 28, 2026",
    "ar-EG": "28 Nov 2026",
    "en-GB-u-nu-arab-ca-buddhist": "28 Nov 2026",
  };
  for (const [locale, text] of Object.entries(shown)) assert.equal(formatAll(locale).date, text);
});

test("formats a time in the specified time zone, and a day or month regardless of the time zone", () => {
  const tokyo = dateFormats("en-GB", "Asia/Tokyo");
  assert.equal(tokyo.formatDateTime(afternoon), "28 Nov 2026, 23:05:09");
  assert.deepEqual([tokyo.formatShortDay("2026-03-02"), tokyo.formatClock(9, 5)], ["2 Mar", "09:05"]);
  const honolulu = dateFormats("en-GB", "Pacific/Honolulu");
  assert.deepEqual(
    [honolulu.formatShortDay("2026-03-02"), honolulu.formatShortMonth("2026-03")],
    ["2 Mar", "Mar"],
  );
});

test("lists the most recent days including today", () => {
  assert.equal(dayOf(new Date(2026, 2, 2, 23, 59)), "2026-03-02");
  assert.deepEqual(lastDays(new Date(2026, 2, 1), 3), ["2026-02-27", "2026-02-28", "2026-03-01"]);
});
