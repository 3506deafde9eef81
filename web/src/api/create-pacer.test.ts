import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createPacer } from "./create-pacer.ts";

/** Creates a pacer with a pause of one second. Its runs end when the test calls `end`. */
function start(context: TestContext) {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const runs: (() => void)[] = [];
  const stop = new AbortController();
  const work = () => new Promise<void>((resolve) => runs.push(resolve));
  const pacer = createPacer(work, () => 1_000, stop.signal);
  return {
    ...{ pacer, runs, stop },
    end: async () => {
      runs.at(-1)!();
      await new Promise(setImmediate);
    },
    pass: (ms: number) => context.mock.timers.tick(ms),
  };
}

test("runs at once, and runs once more for all requests during the run and the pause", async (context) => {
  const { pacer, runs, end, pass } = start(context);
  pacer.request();
  assert.equal(runs.length, 1);
  pacer.request();
  await end();
  pacer.request();
  pass(999);
  assert.equal(runs.length, 1);
  pass(1);
  assert.equal(runs.length, 2);
  await end();
  pass(1_000);
  assert.equal(runs.length, 2, "without a request, no run follows");
  pacer.request();
  assert.equal(runs.length, 3);
});

test("skips the pause on request, but never runs twice at a time", async (context) => {
  const { pacer, runs, end, pass } = start(context);
  pacer.requestNow();
  pacer.requestNow();
  assert.equal(runs.length, 1);
  await end();
  pacer.requestNow();
  assert.equal(runs.length, 2);
  await end();
  pass(1_000);
  assert.equal(runs.length, 2);
});

test("stops when the signal aborts, also during a run", async (context) => {
  const { pacer, runs, stop, end, pass } = start(context);
  pacer.request();
  pacer.request();
  stop.abort();
  await end();
  pass(1_000);
  pacer.request();
  assert.equal(runs.length, 1);
});
