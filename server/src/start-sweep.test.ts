import assert from "node:assert/strict";
import { test } from "node:test";
import { startSweep } from "./start-sweep.ts";

test("sweeps at the start and then repeatedly, also after a failure, until it is stopped", async () => {
  const warnings: unknown[] = [];
  const log = { info() {}, warn: (...words: unknown[]) => void warnings.push(words), error() {} };
  const third = Promise.withResolvers<AbortSignal>();
  let runs = 0;
  const stop = startSweep(
    async (signal) => {
      runs += 1;
      if (runs === 1) throw new Error("no database");
      if (runs === 3) third.resolve(signal);
      return 0;
    },
    log,
    1,
  );
  const signal = await third.promise;
  assert.equal(warnings.length, 1);
  stop();
  assert.ok(signal.aborted);
});
