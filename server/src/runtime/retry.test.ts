import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffMs } from "./backoff.ts";
import { type Attempt, type RetryOptions, retry } from "./retry.ts";

/** Creates a clock that advances only when a wait occurs, unless the work advances it. */
function fakeTime() {
  const waits: number[] = [];
  const time = {
    now: 0,
    waits,
    options: {
      nowMs: () => time.now,
      wait: async (ms: number) => {
        waits.push(ms);
        time.now += ms;
      },
    },
  };
  return time;
}

/** Returns work that yields the outcomes in order and then repeats the last one. */
function giving(...outcomes: readonly (string | Error)[]) {
  const attempts: number[] = [];
  const work = async (attempt: number) => {
    const outcome = outcomes[Math.min(attempts.length, outcomes.length - 1)]!;
    attempts.push(attempt);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  return { work, attempts };
}

const broke = new Error("broke");

test("retries as long as the rule returns a delay for the error", async () => {
  const time = fakeTime();
  const { work, attempts } = giving(broke, broke, "done");
  const seen: Attempt[] = [];
  const result = await retry(work, {
    ...time.options,
    afterError: (error, attempt) => {
      assert.equal(error, broke);
      seen.push(attempt);
      return attempt.number * 100;
    },
  });
  assert.equal(result, "done");
  assert.deepEqual(
    [attempts, time.waits],
    [
      [1, 2, 3],
      [100, 200],
    ],
  );
  assert.deepEqual(seen, [
    { number: 1, elapsedMs: 0, failingMs: 0 },
    { number: 2, elapsedMs: 100, failingMs: 100 },
  ]);
});

test("retries as long as the rule returns a delay for the result, and resolves with the last result", async () => {
  const time = fakeTime();
  const { work } = giving("503");
  const result = await retry(work, {
    ...time.options,
    afterResult: (_, { number }) => (number < 3 ? 10 : null),
  });
  assert.equal(result, "503");
  assert.deepEqual(time.waits, [10, 10]);
});

test("measures the time since the first failure, without the duration of the first attempt", async () => {
  const time = fakeTime();
  const seen: Attempt[] = [];
  const work = async () => {
    time.now += 1_000;
    throw broke;
  };
  const afterError = (_: unknown, attempt: Attempt) => {
    seen.push(attempt);
    return attempt.failingMs < 1_000 ? 5 : null;
  };
  await assert.rejects(retry(work, { ...time.options, afterError }), broke);
  assert.deepEqual(
    seen.map(({ elapsedMs, failingMs }) => [elapsedMs, failingMs]),
    [
      [1_000, 0],
      [2_005, 1_005],
    ],
  );
});

test("does not retry if there is no rule", async () => {
  const failing = giving(broke);
  await assert.rejects(retry(failing.work, {}), broke);
  assert.deepEqual([await retry(giving("done").work, {}), failing.attempts], ["done", [1]]);
});

test("a rule can replace the error and can be asynchronous", async () => {
  const afterError = async () => {
    throw new Error("given up");
  };
  await assert.rejects(retry(giving(broke).work, { afterError }), /given up/);
});

test("stops waiting when the signal aborts, and starts no further attempt", async () => {
  const abort = new AbortController();
  const { work, attempts } = giving(broke);
  const options: RetryOptions<string> = { signal: abort.signal, afterError: () => 2 ** 30 };
  const retrying = retry(work, options);
  await new Promise((resolve) => setImmediate(resolve));
  abort.abort(new Error("stopped"));
  await assert.rejects(retrying, /stopped/);
  await assert.rejects(retry(work, options), /stopped/);
  assert.deepEqual(attempts, [1]);
});

test("does not apply the rule to an attempt that fails because of the abort", async () => {
  const abort = new AbortController();
  const work = async () => {
    abort.abort(new Error("stopped"));
    abort.signal.throwIfAborted();
  };
  await assert.rejects(
    retry(work, { signal: abort.signal, afterError: () => assert.fail("the rule must not run") }),
    /stopped/,
  );
});

test("increases the backoff to its maximum, and shortens it by the jitter", () => {
  const policy = { firstMs: 500, maxMs: 2_000 };
  assert.deepEqual(
    [1, 2, 3, 4, 5_000].map((failures) => backoffMs(policy, failures)),
    [500, 1_000, 2_000, 2_000, 2_000],
  );
  assert.deepEqual(
    [0, 0.5, 1].map((random) => backoffMs({ ...policy, jitter: 0.5 }, 1, random)),
    [250, 375, 500],
  );
  assert.equal(backoffMs({ firstMs: 200, maxMs: 60_000, factor: 4 }, 3), 3_200);
});
