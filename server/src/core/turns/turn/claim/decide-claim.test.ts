import assert from "node:assert/strict";
import { test } from "node:test";
import { decideClaim } from "./decide-claim.ts";

test("allows up to ten attempts of a turn", () => {
  assert.equal(decideClaim({ attempt: 1, isStopRequested: false }), "work");
  assert.equal(decideClaim({ attempt: 10, isStopRequested: false }), "work");
});

test("gives up on a turn after ten attempts", () => {
  assert.equal(decideClaim({ attempt: 11, isStopRequested: false }), "giveUp");
});

test("cancels a turn when a person requested a stop while no worker held it", () => {
  assert.equal(decideClaim({ attempt: 11, isStopRequested: true }), "cancel");
});
