import assert from "node:assert/strict";
import { test } from "node:test";
import { watchLostWorkers } from "./lost-workers.ts";

test("looks for lost workers immediately on start", () => {
  let looks = 0;
  const membership = {
    findLost: async () => {
      looks += 1;
      return [];
    },
    versions: async () => [],
    largestTurnLimit: async () => 1,
    forget: async () => {},
    drain: async () => {},
    leave: async () => {},
  };
  const log = { info() {}, warn() {}, error() {} };
  const parts = { requeue: async () => {}, clearAfter: async () => {} };
  const timer = watchLostWorkers(membership, parts, log);
  clearInterval(timer);
  assert.equal(looks, 1);
});
