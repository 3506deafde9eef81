import assert from "node:assert/strict";
import { test } from "node:test";
import { workerLeaseMs } from "../core/base/index.ts";
import { decideLoss, type QuietWorker, quietMs, unreachableMs } from "./decide-loss.ts";

const quiet: QuietWorker = { hasStopped: false, quietMs, hasReturned: true, isRunning: null };

test("a worker that left has ended, however recent its heartbeat", () => {
  assert.equal(decideLoss({ ...quiet, hasStopped: true, quietMs: 0 }), "ended");
});

test("a worker of another machine has ended when it is quiet, unless its lock shows the opposite", () => {
  assert.equal(decideLoss(quiet), "ended");
  assert.equal(decideLoss({ ...quiet, quietMs: quietMs - 1 }), "present");
});

test("a worker of this machine has ended when its process has, and not before", () => {
  assert.equal(decideLoss({ ...quiet, isRunning: false }), "ended");
  assert.equal(decideLoss({ ...quiet, isRunning: true, quietMs: unreachableMs - 1 }), "present");
});

test("a worker that is quiet for long is unreachable, also if its process runs on this machine", () => {
  assert.equal(decideLoss({ ...quiet, quietMs: unreachableMs }), "unreachable");
  assert.equal(decideLoss({ ...quiet, quietMs: unreachableMs, isRunning: true }), "unreachable");
});

test("a worker that has not returned after a start of the database keeps its turns until its lease has lapsed", () => {
  const before = { ...quiet, hasReturned: false };
  assert.equal(decideLoss({ ...before, quietMs: workerLeaseMs }), "present");
  assert.equal(decideLoss({ ...before, quietMs: workerLeaseMs + 2_000 }), "ended");
});
