import assert from "node:assert/strict";
import { test } from "node:test";
import { KeyedMutex } from "./keyed-mutex.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("runs tasks with the same key one at a time, and those with different keys concurrently", async () => {
  const mutex = new KeyedMutex();
  const started: string[] = [];
  const gate = Promise.withResolvers<void>();
  const task = (name: string) => async () => {
    started.push(name);
    await gate.promise;
  };
  const all = [mutex.run("a", task("a1")), mutex.run("a", task("a2")), mutex.run("b", task("b1"))];
  await turn();
  assert.deepEqual(started, ["a1", "b1"]);
  assert.equal(mutex.size, 2, "control");
  gate.resolve();
  await Promise.all(all);
  assert.deepEqual(started, ["a1", "b1", "a2"]);
  assert.equal(mutex.size, 0);
});

test("starts the next task after one fails or is aborted, and keeps no entry for the key", async () => {
  const mutex = new KeyedMutex();
  const abort = new AbortController();
  const gate = Promise.withResolvers<void>();
  const failing = mutex.run("a", async () => {
    await gate.promise;
    throw new Error("broke");
  });
  const waiting = mutex.run("a", () => assert.fail("the task must not start"), abort.signal);
  const last = mutex.run("a", async () => "last");
  abort.abort(new Error("gave up"));
  await assert.rejects(waiting, /gave up/);
  gate.resolve();
  await assert.rejects(failing, /broke/);
  assert.equal(await last, "last");
  assert.equal(mutex.size, 0);
});
