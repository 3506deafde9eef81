import assert from "node:assert/strict";
import { test } from "node:test";
import { moveBefore, moveTo, placeSteering } from "./decide-order.ts";

const waiting = (id: string, mode: "queue" | "steer" = "queue") => ({ id, delivery: { mode } });

test("places a steering message after other steering messages and before the rest", () => {
  const queue = [waiting("a"), waiting("s", "steer"), waiting("b")];
  assert.deepEqual(placeSteering(queue, "new"), ["s", "new", "a", "b"]);
  assert.deepEqual(placeSteering([...queue, waiting("new", "steer")], "new"), ["s", "new", "a", "b"]);
  assert.deepEqual(placeSteering([], "new"), ["new"]);
});

test("moves a message to a position, or to the end when the position is out of range", () => {
  const ids = ["a", "b", "c"];
  assert.deepEqual(moveTo(ids, "c", 0), ["c", "a", "b"]);
  assert.deepEqual(moveTo(ids, "a", 1), ["b", "a", "c"]);
  assert.deepEqual(moveTo(ids, "a", 1_000_000), ["b", "c", "a"]);
});

test("moves a message right before another queued message, and rejects an unknown one", () => {
  const ids = ["a", "b", "c"];
  assert.deepEqual(moveBefore(ids, "c", "a"), ["c", "a", "b"]);
  assert.deepEqual(moveBefore(ids, "a", "c"), ["b", "a", "c"]);
  assert.deepEqual(moveBefore(ids, "a", "a"), ids);
  assert.equal(moveBefore(ids, "a", "elsewhere"), null);
});
