import assert from "node:assert/strict";
import { test } from "node:test";
import { isId, newId, timeOfId } from "./ids.ts";

const at = Date.UTC(2026, 0, 2);

test("IDs of one millisecond sort in the order of their creation", () => {
  const ids = Array.from({ length: 2_000 }, () => newId(at));
  assert.deepEqual(ids.toSorted(), ids);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids)
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("an ID has the time of its creation, and sorts before those of later milliseconds", () => {
  const ids = [at, at + 1, at + 2].map((ms) => newId(ms));
  assert.deepEqual(
    ids.map((id) => timeOfId(id).getTime()),
    [at, at + 1, at + 2],
  );
  assert.deepEqual(ids.toSorted(), ids);
  assert.ok(isId(ids[0]!) && !isId(`${ids[0]}0`));
});
