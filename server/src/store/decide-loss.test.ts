import assert from "node:assert/strict";
import { test } from "node:test";
import { workerLeaseMs } from "../core/base/index.ts";
import { decideLoss, type StaleWorker } from "./decide-loss.ts";

const stale: StaleWorker = { hasStopped: false, watchedMs: 1_500, hasReturned: true, isRunning: null };

test("a worker that left has ended at once", () => {
  assert.equal(decideLoss({ ...stale, hasStopped: true, watchedMs: 0 }), "ended");
});

test("a worker of another machine has ended, unless its lock shows the opposite", () => {
  assert.equal(decideLoss(stale), "ended");
  assert.equal(decideLoss({ ...stale, watchedMs: 1_499 }), "present");
});

test("a worker of this machine has ended when its process has, and not before", () => {
  assert.equal(decideLoss({ ...stale, isRunning: false, watchedMs: 0 }), "ended");
  assert.equal(decideLoss({ ...stale, isRunning: true, watchedMs: 29_999 }), "present");
});

test("a worker without heartbeats for long is unreachable, also if its process runs on this machine", () => {
  assert.equal(decideLoss({ ...stale, watchedMs: 30_000 }), "unreachable");
  assert.equal(decideLoss({ ...stale, watchedMs: 30_000, isRunning: true }), "unreachable");
});

test("a worker that has not returned after an outage of the database keeps its turns until its lease has lapsed", () => {
  const before = { ...stale, hasReturned: false };
  assert.equal(decideLoss({ ...before, watchedMs: workerLeaseMs }), "present");
  assert.equal(decideLoss({ ...before, watchedMs: workerLeaseMs + 2_000 }), "ended");
});
