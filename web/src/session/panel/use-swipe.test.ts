import assert from "node:assert/strict";
import { test } from "node:test";
import { decideSwipe } from "./use-swipe.ts";

test("distinguishes swipes from scrolling, taps and slow movements", () => {
  const from = { x: 200, y: 400, at: 1_000 };
  const to = (x: number, y: number, ms = 200) =>
    decideSwipe(from, { x: 200 + x, y: 400 + y, at: 1_000 + ms });
  assert.equal(to(-100, 10), 1);
  assert.equal(to(100, -10), -1);
  assert.equal(to(-100, 90), 0, "scrolling");
  assert.equal(to(-20, 0), 0, "a tap");
  assert.equal(to(-100, 0, 2_000), 0, "a slow movement");
});
