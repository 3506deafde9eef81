import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionEvent } from "../core/sessions/index.ts";
import { gatherReads, maxEvents } from "./gather-reads.ts";

const event = (seq: number) => ({ seq }) as SessionEvent;

/** Returns reads that complete when the test allows it. Each caller receives the event after its last one. */
function countedReads() {
  const begun: string[][] = [];
  const ends: (() => void)[] = [];
  const read = gatherReads((asked) => {
    begun.push(asked.map(({ sessionId, afterSeq }) => `${sessionId} ${afterSeq}`));
    return new Promise((resolve) =>
      ends.push(() => resolve(asked.map(({ afterSeq }) => [event(afterSeq + 1)]))),
    );
  });
  const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
  return { begun, ends, read, nextTurn };
}

test("shares one read among simultaneous callers and returns each its own result", async () => {
  const { begun, ends, read, nextTurn } = countedReads();
  const asked = [
    read("a", 5),
    read("a", 5),
    Promise.resolve().then(() => read("a", 5)),
    read("a", 6),
    read("b", 5),
  ];
  await nextTurn();
  assert.deepEqual(begun, [["a 5", "a 6", "b 5"]]);
  for (const end of ends) end();
  const answers = await Promise.all(asked);
  assert.deepEqual(
    answers.map(({ events }) => events[0]!.seq),
    [6, 6, 6, 7, 6],
  );
});

test("does not share a read that has started", async () => {
  const { begun, ends, read, nextTurn } = countedReads();
  const first = read("a", 5);
  await nextTurn();
  const second = read("a", 5);
  await nextTurn();
  assert.deepEqual(begun, [["a 5"], ["a 5"]]);
  for (const end of ends) end();
  await Promise.all([first, second]);
});

test("batches callers into the next read while two reads are running", async () => {
  const { begun, ends, read, nextTurn } = countedReads();
  const asked = [read("a", 1)];
  await nextTurn();
  asked.push(read("b", 1));
  await nextTurn();
  asked.push(read("c", 1));
  await nextTurn();
  asked.push(read("d", 1));
  await nextTurn();
  assert.deepEqual(begun, [["a 1"], ["b 1"]]);
  ends[0]!();
  await asked[0];
  await nextTurn();
  assert.deepEqual(begun, [["a 1"], ["b 1"], ["c 1", "d 1"]]);
  for (const end of ends) end();
  await Promise.all(asked);
});

test("bounds the number of events per read, and returns a result to every caller", async () => {
  const limits: number[] = [];
  const read = gatherReads(async (asked, limit) => {
    limits.push(asked.length * limit);
    return asked.map(() => Array.from({ length: limit }, (_, seq) => event(seq)));
  });
  const answers = await Promise.all(Array.from({ length: 333 }, (_, n) => read(`session ${n}`, 0)));
  assert.equal(limits.length, 7);
  assert.ok(Math.max(...limits) <= maxEvents);
  assert.ok(answers.every(({ events, mayHaveMore }) => events.length >= 10 && mayHaveMore));
});

test("rejects all callers of a failed read, and reads again for the next caller", async () => {
  let reads = 0;
  const read = gatherReads(async (asked) => {
    if (++reads === 1) throw new Error("away");
    return asked.map(() => []);
  });
  const ends = await Promise.allSettled([read("a", 1), read("b", 1)]);
  assert.deepEqual(
    ends.map((end) => end.status),
    ["rejected", "rejected"],
  );
  assert.deepEqual(await read("a", 1), { events: [], mayHaveMore: false });
});
