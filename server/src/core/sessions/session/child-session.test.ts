import assert from "node:assert/strict";
import { test } from "node:test";
import { decideChild } from "./child-session.ts";

test("sessions start others three deep, and no deeper", () => {
  assert.equal(decideChild(null, 0), null);
  assert.equal(decideChild({ depth: 2 }, 5), null);
  assert.match(decideChild({ depth: 3 }, 5)!, /3 deep/);
});

test("a chain has at most 25 of them, however they are spread", () => {
  assert.equal(decideChild(null, 24), null);
  assert.match(decideChild({ depth: 1 }, 25)!, /may start 25/);
});
