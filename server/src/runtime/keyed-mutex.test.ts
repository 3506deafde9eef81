import assert from "node:assert/strict";
import { test } from "node:test";
import { KeyedMutex } from "./keyed-mutex.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("runs tasks of one key one after the other, and those of different keys concurrently", async () => {
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

test("a task that fails or is aborted lets the next one start and leaves no key", async () => {
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
