import assert from "node:assert/strict";
import { test } from "node:test";
import { decideClaim } from "./decide-claim.ts";

test("a turn whose worker died is worked again", () => {
  assert.equal(decideClaim({ attempt: 1, isStopRequested: false }), "work");
  assert.equal(decideClaim({ attempt: 10, isStopRequested: false }), "work");
});

test("a turn that has cost ten workers is given up", () => {
  assert.equal(decideClaim({ attempt: 11, isStopRequested: false }), "giveUp");
});

test("a stop that was asked for while nobody held the turn is honoured", () => {
  assert.equal(decideClaim({ attempt: 11, isStopRequested: true }), "cancel");
});
