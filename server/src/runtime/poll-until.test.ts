import assert from "node:assert/strict";
import { test } from "node:test";
import { pollUntil } from "./poll-until.ts";

test("polls until the check returns true", async () => {
  let checks = 0;
  assert.equal(await pollUntil(() => ++checks === 3, { every: 0, timeoutMs: 60_000 }), true);
  assert.equal(checks, 3);
});

test("checks at least once and gives up after the timeout", async () => {
  let checks = 0;
  const isTrue = async () => ++checks > 1_000_000;
  assert.equal(await pollUntil(isTrue, { every: { firstMs: 0, maxMs: 0 }, timeoutMs: -1 }), false);
  assert.equal(checks, 1);
});

test("stops polling when the signal aborts", async () => {
  const abort = new AbortController();
  const polling = pollUntil(() => false, { every: 2 ** 30, timeoutMs: 2 ** 30, signal: abort.signal });
  await new Promise((resolve) => setImmediate(resolve));
  abort.abort(new Error("stopped"));
  await assert.rejects(polling, /stopped/);
});
