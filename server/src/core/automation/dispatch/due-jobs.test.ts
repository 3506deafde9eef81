import assert from "node:assert/strict";
import { test } from "node:test";
import { isOverdue, jobName } from "../../base/index.ts";
import { defaultIntegrationSettings } from "../../forges/index.ts";
import { dueJobs } from "./due-jobs.ts";

const at = (time: string) => new Date(`2026-01-02T${time}Z`);
const integration = { id: "a", settings: defaultIntegrationSettings };
const polled = { id: "b", settings: { ...defaultIntegrationSettings, events: "polling" } } as const;
const names = (now: Date, unfinished: string[] = []) =>
  dueJobs(now, [integration, polled], new Set(unfinished)).map(jobName);

test("schedules a daily clean-up, an hourly reconciliation, the watchdog every minute, and syncs and polls", () => {
  assert.deepEqual(names(at("03:04:05")), [
    "cleanUp:2026-01-02T00:00:00.000Z",
    "reconcile:2026-01-02T03:00:00.000Z",
    "watch:2026-01-02T03:04:00.000Z",
    "integrationSync:a:2026-01-02T03:00:00.000Z",
    "integrationSync:b:2026-01-02T03:00:00.000Z",
    "integrationPoll:b:2026-01-02T03:04:00.000Z",
  ]);
});

test("returns the same jobs within a minute, and adds only a new poll and a new run of the watchdog in the next minute", () => {
  assert.deepEqual(names(at("03:04:00")), names(at("03:04:59.999")));
  const before = new Set(names(at("03:04:59")));
  assert.deepEqual(
    names(at("03:05:00")).filter((name) => !before.has(name)),
    ["watch:2026-01-02T03:05:00.000Z", "integrationPoll:b:2026-01-02T03:05:00.000Z"],
  );
});

test("skips a job whose predecessor is unfinished", () => {
  const unfinished = [
    "integrationPoll:b:2026-01-02T03:03:00.000Z",
    "integrationSync:a:asked-for",
    "watch:2026-01-02T03:03:00.000Z",
  ];
  assert.deepEqual(names(at("03:04:05"), unfinished), [
    "cleanUp:2026-01-02T00:00:00.000Z",
    "reconcile:2026-01-02T03:00:00.000Z",
    "watch:2026-01-02T03:04:00.000Z",
    "integrationSync:b:2026-01-02T03:00:00.000Z",
  ]);
});

test("marks a poll as overdue after five minutes, but never a request without a time", () => {
  assert.equal(isOverdue("2026-01-02T03:04:00.000Z", at("03:09:00")), false);
  assert.equal(isOverdue("2026-01-02T03:04:00.000Z", at("03:09:01")), true);
  assert.equal(isOverdue("018f0000-0000-7000-8000-000000000000", at("03:09:01")), false);
});
