import assert from "node:assert/strict";
import { test } from "node:test";
import { hasTooManyItems, maxItems } from "./count-items.ts";

const list = (length: number) => new Array<number>(length).fill(0);

test("counts the items of all lists in a response against one limit", () => {
  const half = maxItems / 2;
  assert.equal(hasTooManyItems(list(maxItems)), false);
  assert.equal(hasTooManyItems(list(maxItems + 1)), true);
  assert.equal(hasTooManyItems({ one: list(half), other: { deep: list(half) } }), false);
  assert.equal(hasTooManyItems({ one: list(half), other: { deep: list(half + 1) } }), true);
  for (const answer of [null, undefined, "text", 7, {}]) assert.equal(hasTooManyItems(answer), false);
});

test("does not overflow the stack on a deeply nested response", () => {
  assert.equal(hasTooManyItems(JSON.parse("[".repeat(5_000) + "]".repeat(5_000))), false);
});
