import assert from "node:assert/strict";
import { test } from "node:test";
import { HashQueue } from "./hash-queue.ts";

/** Returns a queue whose tasks complete when the test resolves them. `started` lists the tasks that have started. */
function hold() {
  const queue = new HashQueue();
  const started: string[] = [];
  const held = new Map<string, { readonly end: () => void; readonly result: Promise<string> }>();
  const add = (name: string, source: string, isKnown = false) => {
    const ended = Promise.withResolvers<void>();
    const work = () => {
      started.push(name);
      return ended.promise;
    };
    const result = queue.run({ isKnown, source }, work).then(
      () => "done",
      (cause: { code: string }) => cause.code,
    );
    held.set(name, { end: ended.resolve, result });
    return result;
  };
  const end = async (name: string) => {
    held.get(name)!.end();
    assert.equal(await resultOf(name), "done");
  };
  const resultOf = (name: string) => held.get(name)!.result;
  const endAll = async () => {
    for (const { end } of held.values()) end();
    await Promise.all([...held.values()].map(({ result }) => result));
  };
  return { add, end, endAll, started, resultOf };
}

test("runs two hashes at a time, queues thirty, rejects more, and accepts new ones afterwards", async () => {
  const { add, end, endAll, started } = hold();
  for (let index = 0; index < 32; index++) void add(`${index}`, `network ${index}`);
  assert.equal(await add("one more", "another network"), "rate_limited");
  assert.deepEqual(started, ["0", "1"]);
  await endAll();
  assert.equal(started.length, 32);
  for (const name of ["held", "later"]) void add(name, "another network");
  await end("later");
  assert.deepEqual(started.slice(32), ["held", "later"]);
  await end("held");
});

test("limits a source to ten hashes at a time, and frees each place on completion", async () => {
  const { add, end } = hold();
  for (let index = 0; index < 10; index++) void add(`${index}`, "one network");
  assert.equal(await add("eleventh", "one network"), "rate_limited");
  void add("other", "another network");
  await end("0");
  void add("again", "one network");
  assert.equal(await add("refused", "one network"), "rate_limited");
  for (const name of [..."123456789", "other", "again"]) await end(name);
});

test("evicts the last entry of the source with the most entries when the queue is full", async () => {
  const { add, endAll, started, resultOf } = hold();
  for (const source of ["a", "b", "c"])
    for (let index = 0; index < 10; index++) void add(`${source}${index}`, source);
  for (const name of ["d0", "d1", "e0"]) void add(name, name[0]!);
  assert.equal(await resultOf("b9"), "rate_limited", "evicts the last entry of the largest source");
  await endAll();
  assert.equal(await resultOf("e0"), "done");
  assert.equal(started.length, 32);
});

test("admits known requesters while the queue for strangers is full, and alternates between both queues", async () => {
  const { add, end, started } = hold();
  for (let index = 0; index < 32; index++) void add(`${index}`, `network ${index}`);
  assert.equal(await add("stranger", "another network"), "rate_limited", "control");
  for (const name of ["ada", "bo"]) void add(name, name, true);
  for (const name of ["0", "ada", "2", "bo", "3"]) await end(name);
  assert.deepEqual(started, ["0", "1", "ada", "2", "bo", "3", "4"]);
});
