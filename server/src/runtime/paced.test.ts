import assert from "node:assert/strict";
import { test } from "node:test";
import { paced } from "./paced.ts";

async function* numbers() {
  yield* [1, 2, 3];
}

test("pauses after each value, and ends when the signal aborts", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const abort = new AbortController();
  const values = paced(numbers(), 1_000, abort.signal);
  assert.deepEqual(await values.next(), { value: 1, done: false });
  let isOver = false;
  const second = values.next().finally(() => {
    isOver = true;
  });
  t.mock.timers.tick(999);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isOver, false);
  t.mock.timers.tick(1);
  assert.deepEqual(await second, { value: 2, done: false });
  const third = values.next();
  abort.abort();
  assert.deepEqual(await third, { value: undefined, done: true });
});
