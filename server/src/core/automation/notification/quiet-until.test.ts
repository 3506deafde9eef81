import assert from "node:assert/strict";
import { test } from "node:test";
import { quietUntil } from "./quiet-until.ts";

const until = (from: string, to: string, now: string, timeZone = "UTC") =>
  quietUntil({ from, to, timeZone }, new Date(now))?.toISOString() ?? null;

test("returns the end of quiet hours within a day, and includes only the start", () => {
  assert.equal(until("12:00", "14:30", "2026-01-02T11:59:59.999Z"), null);
  assert.equal(until("12:00", "14:30", "2026-01-02T12:00:00.000Z"), "2026-01-02T14:30:00.000Z");
  assert.equal(until("12:00", "14:30", "2026-01-02T14:29:59.999Z"), "2026-01-02T14:30:00.000Z");
  assert.equal(until("12:00", "14:30", "2026-01-02T14:30:00.000Z"), null);
});

test("returns the end on the next day for quiet hours across midnight", () => {
  assert.equal(until("22:00", "07:00", "2026-01-02T21:59:00.000Z"), null);
  assert.equal(until("22:00", "07:00", "2026-01-02T22:00:30.000Z"), "2026-01-03T07:00:00.000Z");
  assert.equal(until("22:00", "07:00", "2026-01-03T00:00:00.000Z"), "2026-01-03T07:00:00.000Z");
  assert.equal(until("22:00", "07:00", "2026-01-03T07:00:00.000Z"), null);
});

test("applies the time zone, including a half hour and daylight saving time", () => {
  assert.equal(
    until("22:00", "07:00", "2026-01-02T21:30:00.000Z", "Europe/Paris"),
    "2026-01-03T06:00:00.000Z",
  );
  assert.equal(
    until("22:00", "07:00", "2026-07-02T20:30:00.000Z", "Europe/Paris"),
    "2026-07-03T05:00:00.000Z",
  );
  assert.equal(
    until("22:00", "07:00", "2026-01-02T17:00:00.000Z", "Asia/Kolkata"),
    "2026-01-03T01:30:00.000Z",
  );
  assert.equal(until("22:00", "07:00", "2026-01-02T16:00:00.000Z", "Asia/Kolkata"), null);
});
