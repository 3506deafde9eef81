import assert from "node:assert/strict";
import { test } from "node:test";
import type { HarnessUpdate } from "../../../core/turns/index.ts";
import { collect } from "../../harness-contract.ts";
import { UpdateQueue } from "./update-queue.ts";

const text = (words: string): HarnessUpdate => ({ type: "text", text: words });
const title = (words: string): HarnessUpdate => ({ type: "title", title: words });

/** Creates timers that the test fires itself. */
function handTimer() {
  const due: (() => void)[] = [];
  const startTimer = (ms: number, callback: () => void) => {
    assert.ok(ms >= 20 && ms <= 50);
    due.push(callback);
    return () => {};
  };
  return { startTimer, pass: () => due.splice(0).map((callback) => callback()) };
}

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const turn = new Promise((resolve) => setImmediate(() => resolve("pending")));
  return (await Promise.race([promise, turn])) === "pending";
}

test("delays text briefly, and joins it with text that arrives in the meantime", async () => {
  const timer = handTimer();
  const queue = new UpdateQueue(timer);
  const next = queue.read().next();
  queue.push(text("a"));
  assert.ok(await isPending(next));
  queue.push(text("b"));
  timer.pass();
  assert.deepEqual((await next).value, text("ab"));
});

test("sends text immediately, and in order, when another kind of update follows", async () => {
  const queue = new UpdateQueue(handTimer());
  const updates = queue.read();
  queue.push(text("a"));
  queue.push(title("t"));
  queue.push(text("b"));
  queue.end();
  assert.deepEqual(await collect(updates), [text("a"), title("t"), text("b")]);
});

test("yields pending updates before it throws", async () => {
  const queue = new UpdateQueue(handTimer());
  queue.push(text("a"));
  queue.end({ error: new Error("over") });
  queue.push(text("too late"));
  const updates = queue.read();
  assert.deepEqual((await updates.next()).value, text("a"));
  await assert.rejects(updates.next(), /over/);
});

test("blocks the writer while too many updates are pending", async () => {
  const queue = new UpdateQueue({ ...handTimer(), maxPending: 2 });
  for (const words of ["1", "2"]) queue.push(title(words));
  await queue.whenReady();
  queue.push(title("3"));
  const ready = queue.whenReady();
  assert.ok(await isPending(ready));
  await queue.read().next();
  await ready;
});

test("blocks the writer while too much text is pending", async () => {
  const queue = new UpdateQueue(handTimer());
  queue.push(text("x".repeat(16_000_000)));
  await queue.whenReady();
  queue.push(text("y"));
  assert.ok(await isPending(queue.whenReady()));
});

test("unblocks the writer when the consumer stops reading", async () => {
  const queue = new UpdateQueue({ ...handTimer(), maxPending: 0 });
  queue.push(title("1"));
  queue.push(title("2"));
  queue.push(title("3"));
  const ready = queue.whenReady();
  for await (const _ of queue.read()) break;
  await ready;
});
