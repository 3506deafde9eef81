import assert from "node:assert/strict";
import { test } from "node:test";
import { mapBounded } from "./map-bounded.ts";

test("returns the results in the order of the items, whichever ends first", async () => {
  const gates = [0, 1, 2].map(() => Promise.withResolvers<string>());
  const mapped = mapBounded(gates, 3, ({ promise }) => promise);
  for (const index of [2, 0, 1]) {
    gates[index]!.resolve(`result ${index}`);
    await gates[index]!.promise;
  }
  assert.deepEqual(await mapped, ["result 0", "result 1", "result 2"]);
});

test("runs at most the given number at a time", async () => {
  let running = 0;
  let most = 0;
  await mapBounded([1, 2, 3, 4, 5], 2, async () => {
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running -= 1;
  });
  assert.equal(most, 2);
});

test("completes the work for all items before it throws the first item's failure", async () => {
  const done: number[] = [];
  const mapped = mapBounded([1, 2, 3], 1, async (item) => {
    await new Promise(setImmediate);
    done.push(item);
    if (item < 3) throw new Error(`item ${item}`);
  });
  await assert.rejects(mapped, /item 1/);
  assert.deepEqual(done, [1, 2, 3]);
});
