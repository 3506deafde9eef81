import assert from "node:assert/strict";
import { test } from "node:test";
import { drainOrStop, type WatchedWorker } from "./drain-or-stop.ts";

const never = new Promise<never>(() => undefined);
const silent = { info() {}, warn() {}, error() {} };

/** Runs with signals and a worker that has been drained once `drain` was called. Returns the cause and the number of drains. */
async function run(signals: readonly NodeJS.Signals[], change: Partial<WatchedWorker> = {}) {
  const [first, second] = signals;
  const drained = Promise.withResolvers<void>();
  let drains = 0;
  const cause = await drainOrStop({
    drain: async () => {
      drains += 1;
      if (second === undefined) drained.resolve();
      return true;
    },
    drained: drained.promise,
    lost: never,
    first: first === undefined ? never : Promise.resolve(first),
    signals: { next: () => (second === undefined ? never : Promise.resolve(second)) },
    log: silent,
    ...change,
  });
  return { cause, drains };
}

test("drains after SIGTERM, until the drain has ended or a second signal arrives", async () => {
  assert.deepEqual(await run(["SIGTERM"]), { cause: undefined, drains: 1 });
  assert.deepEqual(await run(["SIGTERM", "SIGTERM"]), { cause: "SIGTERM", drains: 1 });
});

test("stops immediately after SIGINT, and if no other machine accepts turns or the database fails", async () => {
  assert.deepEqual(await run(["SIGINT"]), { cause: "SIGINT", drains: 0 });
  const alone = await run(["SIGTERM"], { drain: async () => false });
  assert.equal(alone.cause, "SIGTERM");
  const failed = await run(["SIGTERM"], { drain: () => Promise.reject(new Error("gone")) });
  assert.equal(failed.cause, "SIGTERM");
});

test("ends when an operator's drain has ended", async () => {
  assert.deepEqual(await run([], { drained: Promise.resolve() }), { cause: undefined, drains: 0 });
});
