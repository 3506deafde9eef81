import assert from "node:assert/strict";
import { test } from "node:test";
import { keepWritten } from "./keep-written.ts";

const warnings: string[] = [];
const log = {
  info: () => {},
  error: () => {},
  warn: (_: object, message: string) => void warnings.push(message),
};

test("writes the counts at each interval, one run at a time, and returns the reservations at the end", async () => {
  const calls: string[] = [];
  const writes: PromiseWithResolvers<void>[] = [];
  let tick: () => Promise<void> = async () => {};
  const stop = keepWritten(
    {
      writeBack: () => {
        calls.push("write back");
        writes.push(Promise.withResolvers());
        return writes.at(-1)!.promise;
      },
      returnAll: async () => void calls.push("return all"),
    },
    log,
    (run) => {
      tick = run;
      return () => void calls.push("stop");
    },
  );
  const first = tick();
  await tick();
  assert.deepEqual(calls, ["write back"], "the second run would overtake the first one");
  writes[0]!.reject(new Error("gone"));
  await first;
  assert.deepEqual(warnings, [
    "rate limits could not be written; some requests count although none was sent",
  ]);
  const second = tick();
  writes[1]!.resolve();
  await second;
  await stop();
  assert.deepEqual(calls, ["write back", "write back", "stop", "return all"]);
});

test("stops although the database is away", async () => {
  const gone = async () => {
    throw new Error("gone");
  };
  const stop = keepWritten({ writeBack: gone, returnAll: gone }, log, () => () => {});
  await stop();
});
