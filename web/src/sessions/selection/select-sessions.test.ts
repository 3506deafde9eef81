import assert from "node:assert/strict";
import { test } from "node:test";
import { clearSessions, noSelection, type Selection, selectRange, toggleSession } from "./select-sessions.ts";

const order = ["a", "b", "c", "d", "e"];
const idsOf = ({ ids }: Selection) => [...ids].toSorted().join("");

test("toggles sessions, and selects a range from the last one in both directions", () => {
  const one = toggleSession(noSelection, "d");
  assert.equal(idsOf(selectRange(one, "b", order)), "bcd");
  const two = toggleSession(one, "a");
  assert.equal(idsOf(selectRange(two, "b", order)), "abd");
  const cleared = toggleSession(two, "d");
  assert.equal(idsOf(cleared), "a");
  assert.equal(
    idsOf(selectRange(cleared, "e", order)),
    "ade",
    "a range starts at a session that was cleared",
  );
});

test("toggles the session of a range if no session was selected before, or if it has left the list", () => {
  assert.equal(idsOf(selectRange(noSelection, "c", order)), "c");
  assert.equal(idsOf(selectRange(toggleSession(noSelection, "x"), "c", order)), "cx");
});

test("clears sessions, and starts again without an anchor if none is left", () => {
  const some = selectRange(toggleSession(noSelection, "a"), "c", order);
  assert.equal(idsOf(clearSessions(some, ["b", "x"])), "ac");
  assert.equal(clearSessions(some, order), noSelection);
});
