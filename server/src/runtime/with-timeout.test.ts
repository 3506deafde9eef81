import assert from "node:assert/strict";
import { test } from "node:test";
import { settlesWithin, withTimeout } from "./with-timeout.ts";

test("settles with the result of work that finishes in time", async () => {
  assert.equal(await withTimeout(Promise.resolve("done"), 60_000, () => "late"), "done");
  await assert.rejects(
    withTimeout(Promise.reject(new Error("broke")), 60_000, () => "late"),
    /broke/,
  );
});

test("returns the timeout's result if the work takes longer", async () => {
  const hanging = new Promise<never>(() => {});
  assert.equal(await withTimeout(hanging, 1, () => "late"), "late");
  const tooSlow = withTimeout(hanging, 1, () => {
    throw new Error("too slow");
  });
  await assert.rejects(tooSlow, /too slow/);
});

test("reports whether the work finishes in time, and rejects if the work fails", async () => {
  assert.equal(await settlesWithin(Promise.resolve("done"), 60_000), true);
  assert.equal(await settlesWithin(new Promise(() => {}), 1), false);
  await assert.rejects(settlesWithin(Promise.reject(new Error("broke")), 60_000), /broke/);
});
