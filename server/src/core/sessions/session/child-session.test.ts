import assert from "node:assert/strict";
import { test } from "node:test";
import { decideChild } from "./child-session.ts";

test("allows child sessions three levels deep", () => {
  assert.equal(decideChild(null, 0), null);
  assert.equal(decideChild({ depth: 2 }, 5), null);
  assert.match(decideChild({ depth: 3 }, 5)!, /3 levels deep/);
});

test("allows at most 25 child sessions per chain", () => {
  assert.equal(decideChild(null, 24), null);
  assert.match(decideChild({ depth: 1 }, 25)!, /can start at most 25/);
});
