import assert from "node:assert/strict";
import { test } from "node:test";
import { dateFormats } from "../../format/dates.ts";
import { describeSchedule, firstDraft, parseExpression, toExpression } from "./schedule-words.ts";

const { formatClock } = dateFormats("en-GB");
const known = [
  ["0 * * * *", "Every hour at minute 0, UTC"],
  ["30 7 * * *", "Every day at 07:30, UTC"],
  ["CRON_TZ=Europe/Berlin 0 9 * * 1-5", "Every weekday at 09:00, Europe/Berlin"],
  ["5 16 * * 0", "Every Sunday at 16:05, UTC"],
  ["0 0 31 * *", "On day 31 of every month at 00:00, UTC"],
] as const;

test("describes a schedule that the form can represent, and converts it back unchanged", () => {
  for (const [expression, words] of known) {
    assert.equal(describeSchedule(expression, formatClock), words);
    assert.notEqual(parseExpression(expression).every, "expression");
    assert.equal(toExpression(parseExpression(expression)), expression);
  }
});

test("keeps any other schedule as an expression, with its time zone", () => {
  for (const cron of [
    "*/5 * * * *",
    "0 9 1 * 1",
    "0 9 * 3 *",
    "60 9 * * *",
    "0 24 * * *",
    "0 9 0 * *",
    "0 9 * * 7",
    "0 9 * * MON",
    "0 0 9 * * *",
    "@daily",
    "every day",
    "",
  ]) {
    const draft = parseExpression(`CRON_TZ=Asia/Tokyo ${cron}`);
    assert.deepEqual([draft.every, draft.zone, draft.cron], ["expression", "Asia/Tokyo", cron]);
  }
  assert.equal(describeSchedule("@daily"), 'Cron "@daily", UTC');
  assert.equal(toExpression(parseExpression("TZ=Asia/Tokyo  @daily ")), "CRON_TZ=Asia/Tokyo @daily");
});

test("defaults a new schedule to weekdays at 09:00", () => {
  assert.equal(toExpression(firstDraft("Europe/Paris")), "CRON_TZ=Europe/Paris 0 9 * * 1-5");
});
