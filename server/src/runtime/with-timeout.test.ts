import assert from "node:assert/strict";
import { test } from "node:test";
import { settlesWithin, withTimeout } from "./with-timeout.ts";

test("settles like work that ends in time", async () => {
  assert.equal(await withTimeout(Promise.resolve("done"), 60_000, () => "late"), "done");
  await assert.rejects(
    withTimeout(Promise.reject(new Error("broke")), 60_000, () => "late"),
    /broke/,
  );
});

test("returns the timeout's result for slower work", async () => {
  const hanging = new Promise<never>(() => {});
  assert.equal(await withTimeout(hanging, 1, () => "late"), "late");
  const tooSlow = withTimeout(hanging, 1, () => {
    throw new Error("too slow");
  });
  await assert.rejects(tooSlow, /too slow/);
});

test("reports whether work ends in time, and rejects if it fails", async () => {
  assert.equal(await settlesWithin(Promise.resolve("done"), 60_000), true);
  assert.equal(await settlesWithin(new Promise(() => {}), 1), false);
  await assert.rejects(settlesWithin(Promise.reject(new Error("broke")), 60_000), /broke/);
});
