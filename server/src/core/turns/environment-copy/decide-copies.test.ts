import assert from "node:assert/strict";
import { test } from "node:test";
import { decideCopies } from "./decide-copies.ts";

const wanted = ["new", "middle", "old"].map((id) => ({ id, bytes: 10 }));
const decide = (ready: readonly string[], maxBytes: number) => {
  const { removed, missing } = decideCopies(wanted, ready, maxBytes);
  return { removed, missing: missing.map(({ id }) => id) };
};

test("creates the missing copies, newest environment first", () => {
  assert.deepEqual(decide(["middle"], 30), { removed: [], missing: ["new", "old"] });
});

test("removes copies of environments that are no longer wanted", () => {
  assert.deepEqual(decide(["other", ...wanted.map(({ id }) => id)], 30), { removed: ["other"], missing: [] });
});

test("removes the copies of the oldest environments beyond the limit, and does not create them again", () => {
  assert.deepEqual(decide(["new", "middle", "old"], 29), { removed: ["old"], missing: [] });
  assert.deepEqual(decide(["new", "middle"], 29), { removed: [], missing: [] });
  assert.deepEqual(decide([], 9), { removed: [], missing: [] });
});

test("skips an environment that does not fit, and keeps the copies of older ones that do", () => {
  const sized = [30, 1, 12, 8, 11].map((bytes, index) => ({ id: `${index}`, bytes }));
  const { removed, missing } = decideCopies(sized, ["0", "1", "4"], 20);
  assert.deepEqual(removed, ["0", "4"]);
  assert.deepEqual(
    missing.map(({ id }) => id),
    ["2"],
  );
});
