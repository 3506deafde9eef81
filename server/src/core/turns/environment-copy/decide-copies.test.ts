import assert from "node:assert/strict";
import { test } from "node:test";
import { decideCopies } from "./decide-copies.ts";

const wanted = ["new", "middle", "old"].map((id) => ({ id, bytes: 10 }));
const copiesOf = (...ids: string[]) => ids.map((snapshotId, index) => ({ snapshotId, index }));
const decide = (ready: readonly string[], maxBytes: number) => {
  const { kept, missing } = decideCopies(wanted, copiesOf(...ready), maxBytes);
  return { kept: kept.map(({ snapshotId }) => snapshotId), missing: missing.map(({ id }) => id) };
};

test("creates the missing copies, newest environment first", () => {
  assert.deepEqual(decide(["middle"], 30), { kept: ["middle"], missing: ["new", "old"] });
});

test("removes copies of environments that are no longer wanted", () => {
  const ids = wanted.map(({ id }) => id);
  assert.deepEqual(decide(["other", ...ids], 30), { kept: ids, missing: [] });
});

test("removes the copies of the oldest environments beyond the limit, and does not create them again", () => {
  assert.deepEqual(decide(["new", "middle", "old"], 29), { kept: ["new", "middle"], missing: [] });
  assert.deepEqual(decide(["new", "middle"], 29), { kept: ["new", "middle"], missing: [] });
  assert.deepEqual(decide([], 9), { kept: [], missing: [] });
});

test("skips an environment that does not fit, and keeps the copies of older ones that do", () => {
  const sized = [30, 1, 12, 8, 11].map((bytes, index) => ({ id: `${index}`, bytes }));
  const { kept, missing } = decideCopies(sized, copiesOf("0", "1", "4"), 20);
  assert.deepEqual([kept.map(({ snapshotId }) => snapshotId), missing.map(({ id }) => id)], [["1"], ["2"]]);
});

test("keeps one of two copies of an environment", () => {
  const [first, second] = copiesOf("new", "new");
  assert.deepEqual(decideCopies(wanted, [first!, second!], 30).kept, [first]);
});
