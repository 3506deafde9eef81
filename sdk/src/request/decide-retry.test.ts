import assert from "node:assert/strict";
import { test } from "node:test";
import { decideRetry } from "./decide-retry.ts";

test("doubles the delay up to eight seconds, with jitter that shortens it by up to a quarter", () => {
  const pause = (retriesDone: number, random: number) =>
    decideRetry({ status: 500, headers: undefined, retriesDone, isRepeatable: true }, 99, { now: 0, random });
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5].map((done) => pause(done, 0)),
    [500, 1000, 2000, 4000, 8000, 8000].map((delayMs) => ({ isRetried: true, delayMs })),
  );
  assert.deepEqual(pause(0, 1), { isRetried: true, delayMs: 375 });
});
