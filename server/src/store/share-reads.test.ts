import assert from "node:assert/strict";
import { test } from "node:test";
import { shareReads } from "./share-reads.ts";

function countedReads() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const read = shareReads((sessionId, afterSeq) => {
    begun.push(`${sessionId} ${afterSeq}`);
    return new Promise((resolve) => ends.push(() => resolve([])));
  });
  const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
  return { begun, ends, read, nextTurn };
}

test("those who ask for the same at the same moment share one read", async () => {
  const { begun, ends, read, nextTurn } = countedReads();
  const asked = [
    read("a", 5),
    read("a", 5),
    Promise.resolve().then(() => read("a", 5)),
    read("a", 6),
    read("b", 5),
  ];
  await nextTurn();
  assert.deepEqual(begun, ["a 5", "a 6", "b 5"]);
  for (const end of ends) end();
  assert.equal((await Promise.all(asked)).length, 5);
});

test("a read that has begun is not shared", async () => {
  const { begun, ends, read, nextTurn } = countedReads();
  const first = read("a", 5);
  await nextTurn();
  const second = read("a", 5);
  await nextTurn();
  assert.deepEqual(begun, ["a 5", "a 5"]);
  for (const end of ends) end();
  await Promise.all([first, second]);
});

test("a failed read fails those who shared it, and the next one is a new read", async () => {
  let reads = 0;
  const read = shareReads(async () => {
    if (++reads === 1) throw new Error("away");
    return [];
  });
  const ends = await Promise.allSettled([read("a", 1), read("a", 1)]);
  assert.deepEqual(
    ends.map((end) => end.status),
    ["rejected", "rejected"],
  );
  assert.deepEqual(await read("a", 1), []);
});
