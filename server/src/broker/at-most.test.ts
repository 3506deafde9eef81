import assert from "node:assert/strict";
import { test } from "node:test";
import { atMost } from "./at-most.ts";

test("work that ends in time is waited for, and its failure passes on", async () => {
  assert.equal(await atMost(60_000, Promise.resolve("done")), true);
  await assert.rejects(atMost(60_000, Promise.reject(new Error("broke"))), /broke/);
});

test("work that never ends is not waited for longer than the limit", async () => {
  assert.equal(await atMost(1, new Promise(() => {})), false);
});
