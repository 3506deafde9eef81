import assert from "node:assert/strict";
import { test } from "node:test";
import { aForgeComment, aForgeUser, forgeTime } from "../testing/memory-forge.ts";
import { decideBurst, decideSettling } from "./decide-burst.ts";

const at = (ms: number, change: Parameters<typeof aForgeComment>[0] = {}) =>
  aForgeComment({ createdAt: new Date(forgeTime.getTime() + ms), ...change });

test("groups a person's comments that were written shortly before and after the mention", () => {
  const called = at(0);
  const [before, near, far] = [at(-4000), at(4000), at(20_000)];
  const chained = at(8000);
  const of = [far, chained, near, called, before];
  assert.deepEqual(decideBurst(of, called, 5000), [before, called, near, chained]);
});

test("excludes from the group other people's comments and comments of a review with an ID", () => {
  const called = at(0);
  const others = [at(1, { author: aForgeUser("bob") }), at(2, { reviewId: "r" })];
  assert.deepEqual(decideBurst([called, ...others], called, 5000), [called]);
});

test("includes the mention exactly once, even if the forge does not list it yet", () => {
  const called = at(0);
  assert.deepEqual(decideBurst([], called, 5000), [called]);
  assert.equal(decideBurst([{ ...called }], called, 5000).length, 1);
});

test("waits until the settle time has passed, and limits the wait when the clocks differ", () => {
  const settling = (ageMs: number) => decideSettling(forgeTime, new Date(forgeTime.getTime() + ageMs), 5000);
  assert.deepEqual([0, 2000, 4999, 5000, 60_000].map(settling), [5000, 3000, 1, 0, 0]);
  assert.deepEqual([-1000, -4999, -5000, -3_600_000].map(settling), [6000, 9999, 0, 0]);
});
