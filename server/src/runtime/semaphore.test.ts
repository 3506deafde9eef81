import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { Semaphore } from "./semaphore.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));
const reason = new Error("gave up");

/** Creates tasks that run until the test ends them. */
function tasksOf(semaphore: Semaphore) {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const add = (name: string, signal?: AbortSignal) =>
    semaphore.run(async () => {
      started.push(name);
      const { promise, resolve } = Promise.withResolvers<void>();
      ends.set(name, resolve);
      await promise;
      return name;
    }, signal);
  const end = async (name: string) => {
    ends.get(name)!();
    await turn();
  };
  return { started, add, end };
}

test("runs at most as many tasks as there are permits, in order of arrival", async () => {
  const { started, add, end } = tasksOf(new Semaphore(2));
  const all = ["a", "b", "c", "d"].map((name) => add(name));
  await turn();
  assert.deepEqual(started, ["a", "b"]);
  await end("b");
  assert.deepEqual(started, ["a", "b", "c"]);
  await end("a");
  await end("c");
  await end("d");
  assert.deepEqual(await Promise.all(all), ["a", "b", "c", "d"]);
});

test("releases the permit of a failing task, even if the task throws synchronously", async () => {
  const semaphore = new Semaphore(1);
  await assert.rejects(
    semaphore.run(() => Promise.reject(reason)),
    reason,
  );
  await assert.rejects(
    semaphore.run(() => {
      throw reason;
    }),
    reason,
  );
  assert.equal(await semaphore.run(async () => "free"), "free");
});

test("stops waiting when the signal aborts, and leaves no listener and no queue entry", async () => {
  const { started, add, end } = tasksOf(new Semaphore(1));
  const abort = new AbortController();
  const first = add("first", abort.signal);
  await turn();
  const waiting = add("waiting", abort.signal);
  const last = add("last");
  assert.equal(getEventListeners(abort.signal, "abort").length, 1, "control");
  abort.abort(reason);
  await assert.rejects(waiting, reason);
  await assert.rejects(add("late", abort.signal), reason);
  assert.equal(getEventListeners(abort.signal, "abort").length, 0);
  await end("first");
  await end("last");
  await Promise.all([first, last]);
  assert.deepEqual(started, ["first", "last"]);
});

test("does not release the permit of a running task on abort", async () => {
  const { started, add, end } = tasksOf(new Semaphore(1));
  const abort = new AbortController();
  const slow = add("slow to stop", abort.signal);
  const next = add("next");
  await turn();
  abort.abort();
  await turn();
  assert.deepEqual(started, ["slow to stop"]);
  await end("slow to stop");
  await end("next");
  await Promise.all([slow, next]);
});

test("does not lose a permit that is released to an aborted waiter", async () => {
  const semaphore = new Semaphore(1);
  const abort = new AbortController();
  const release = await semaphore.acquire();
  const waiting = semaphore.run(() => assert.fail("the task must not start"), abort.signal);
  await turn();
  release();
  abort.abort(reason);
  await assert.rejects(waiting, reason);
  assert.equal(await semaphore.run(async () => "free"), "free");
});

test("releases a permit only once", async () => {
  const semaphore = new Semaphore(1);
  const release = await semaphore.acquire();
  release();
  release();
  const { started, add, end } = tasksOf(semaphore);
  const both = [add("a"), add("b")];
  await turn();
  assert.deepEqual(started, ["a"]);
  await end("a");
  await end("b");
  await Promise.all(both);
});
