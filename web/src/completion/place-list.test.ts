import assert from "node:assert/strict";
import { test } from "node:test";
import { decideSide, leftEdge } from "./place-list.ts";

test("opens on the preferred side, unless there is more room on the other one and too little on this one", () => {
  assert.equal(decideSide("below", { above: 900, below: 400 }), "below");
  assert.equal(decideSide("below", { above: 900, below: 100 }), "above");
  assert.equal(decideSide("below", { above: 50, below: 100 }), "below");
  assert.equal(decideSide("above", { above: 100, below: 200 }), "below");
});

test("starts at the caret, and stays inside the frame", () => {
  assert.equal(leftEdge(100, 300, 700), 100);
  assert.equal(leftEdge(600, 300, 700), 400);
  assert.equal(leftEdge(600, 800, 700), 0);
});
