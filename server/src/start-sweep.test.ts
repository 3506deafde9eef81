import assert from "node:assert/strict";
import { test } from "node:test";
import { startSweeps } from "./start-sweep.ts";

test("runs every sweep at the start and then repeatedly, also after a failure, until it is stopped", async () => {
  const warnings: unknown[] = [];
  const log = { info() {}, warn: (...words: unknown[]) => void warnings.push(words), error() {} };
  const third = Promise.withResolvers<AbortSignal>();
  let runs = 0;
  let others = 0;
  const stop = startSweeps(
    {
      "files of deleted sessions": async (signal) => {
        runs += 1;
        if (runs === 1) throw new Error("no database");
        if (runs === 3) third.resolve(signal);
        return 0;
      },
      "other files": async () => ++others,
    },
    log,
    1,
  );
  const signal = await third.promise;
  assert.equal(warnings.length, 1);
  assert.equal(others, 2, "a failed sweep does not prevent the next one");
  stop();
  assert.ok(signal.aborted);
});
