import assert from "node:assert/strict";
import { test } from "node:test";
import { watchLostWorkers } from "./lost-workers.ts";

test("looks for lost workers immediately on start", () => {
  let looks = 0;
  const membership = {
    takeOverLost: async () => {
      looks += 1;
    },
  };
  const log = { info() {}, warn() {}, error() {} };
  const store = { transaction: () => assert.fail() };
  const parts = { store, requeue: async () => {}, clearAfter: async () => {} };
  const timer = watchLostWorkers(membership, parts, log);
  clearInterval(timer);
  assert.equal(looks, 1);
});
