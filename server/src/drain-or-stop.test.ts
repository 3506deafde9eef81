import assert from "node:assert/strict";
import { test } from "node:test";
import { hourMs } from "./core/base/index.ts";
import { drainOrStop, type WatchedWorker } from "./drain-or-stop.ts";

const never = new Promise<never>(() => undefined);
const nextTick = () => new Promise((resolve) => setImmediate(resolve));
const patient = { queryMs: hourMs, afterTurnsMs: hourMs };
const silent = { info() {}, warn() {}, error() {} };

/** Runs with signals and a worker that has been drained once `drain` was called. Returns the cause and the number of drains. */
async function run(
  signals: readonly NodeJS.Signals[],
  change: Partial<WatchedWorker> = {},
  limits?: Parameters<typeof drainOrStop>[1],
) {
  const [first, second] = signals;
  const drained = Promise.withResolvers<void>();
  let drains = 0;
  const worker: WatchedWorker = {
    drain: async () => {
      drains += 1;
      if (second === undefined) drained.resolve();
      return true;
    },
    drained: drained.promise,
    drainMs: 1,
    lost: never,
    first: first === undefined ? never : Promise.resolve(first),
    signals: { next: () => (second === undefined ? never : Promise.resolve(second)) },
    log: silent,
    ...change,
  };
  const cause = await drainOrStop(worker, limits);
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

test("stops although the database does not answer, at the limit or at a second signal", {
  timeout: 60_000,
}, async () => {
  const drain = () => never;
  assert.equal((await run(["SIGTERM"], { drain }, { queryMs: 1 })).cause, "SIGTERM");
  assert.equal((await run(["SIGTERM", "SIGINT"], { drain }, patient)).cause, "SIGINT");
  assert.equal((await run(["SIGTERM"], { drained: never }, { afterTurnsMs: 1 })).cause, "SIGTERM");
  const lost = new Error("gone");
  assert.equal((await run(["SIGTERM"], { drain, lost: nextTick().then(() => lost) }, patient)).cause, lost);
});

test("waits for a second signal only until it returns", async () => {
  const waits: AbortSignal[] = [];
  const next = (until?: AbortSignal) => {
    waits.push(until!);
    return never;
  };
  await run(["SIGTERM"], { drain: async () => false, signals: { next } });
  assert.deepEqual(
    waits.map(({ aborted }) => aborted),
    [true],
  );
});

test("ends when an operator's drain has ended", async () => {
  assert.deepEqual(await run([], { drained: Promise.resolve() }), { cause: undefined, drains: 0 });
});
