import assert from "node:assert/strict";
import { test } from "node:test";
import { dbRetryConfig } from "@dbos-inc/dbos-sdk/internal/utils";
import { retryDelayMs } from "./retry-while-held.ts";
import "./turn-engine.ts";

test("increases the retry delay up to two seconds with jitter", () => {
  const longest = [1, 2, 3, 4, 50, 5_000].map((failures) => retryDelayMs(failures, 1));
  assert.deepEqual(longest, [500, 1_000, 2_000, 2_000, 2_000, 2_000]);
  assert.equal(retryDelayMs(50, 0), 1_500);
});

test("limits the engine library's retry delay to two seconds", () => {
  assert.equal(dbRetryConfig.maxBackoffSec, 2);
});
