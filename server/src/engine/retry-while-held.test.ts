import assert from "node:assert/strict";
import { test } from "node:test";
import { dbRetryConfig } from "@dbos-inc/dbos-sdk/internal/utils";
import { retryDelayMs } from "./retry-while-held.ts";
import "./turn-engine.ts";

test("work that fails is tried again more and more slowly, at most two seconds apart, and not in step", () => {
  const longest = [1, 2, 3, 4, 50, 5_000].map((failures) => retryDelayMs(failures, 1));
  assert.deepEqual(longest, [500, 1_000, 2_000, 2_000, 2_000, 2_000]);
  assert.equal(retryDelayMs(50, 0), 1_500);
});

test("the engine's library does not stand still for longer either", () => {
  assert.equal(dbRetryConfig.maxBackoffSec, 2);
});
