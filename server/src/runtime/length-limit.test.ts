import assert from "node:assert/strict";
import { test } from "node:test";
import { LengthLimit } from "./length-limit.ts";

const tooLong = () => new Error("too long");

test("limits each text and all texts together", () => {
  const limit = new LengthLimit(3, 5);
  const add = limit.open(tooLong);
  add(4 - 1);
  assert.throws(() => add(1), /too long/);
  const total = new LengthLimit(3, 5);
  total.open(tooLong)(3);
  const last = total.open(tooLong);
  last(3 - 1);
  assert.throws(() => last(1), /too long/, "all together");
});

test("accepts that a replacement shortens a text", () => {
  const add = new LengthLimit(3, 3).open(tooLong);
  add(3);
  add(-2);
  add(2);
});
