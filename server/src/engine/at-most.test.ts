import assert from "node:assert/strict";
import { test } from "node:test";
import { AtMost } from "./at-most.ts";

test("so many run at once, the others in order, and one that fails makes room too", async () => {
  const atMost = new AtMost(2);
  const ends: (() => void)[] = [];
  const began: number[] = [];
  const run = (number: number) =>
    atMost.run(async () => {
      began.push(number);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (number === 1) throw new Error("one");
    });
  const settled = Promise.allSettled([1, 2, 3, 4].map(run));
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await turn();
  assert.deepEqual(began, [1, 2]);
  ends.shift()!();
  await turn();
  assert.deepEqual(began, [1, 2, 3]);
  for (let end = ends.shift(); end !== undefined; end = ends.shift()) {
    end();
    await turn();
  }
  assert.deepEqual(
    (await settled).map(({ status }) => status),
    ["rejected", "fulfilled", "fulfilled", "fulfilled"],
  );
  assert.deepEqual(began, [1, 2, 3, 4]);
});
