import assert from "node:assert/strict";
import { test } from "node:test";
import { decideClaim } from "./decide-claim.ts";

test("works a turn again after its worker died", () => {
  assert.equal(decideClaim({ attempt: 1, isStopRequested: false }), "work");
  assert.equal(decideClaim({ attempt: 10, isStopRequested: false }), "work");
});

test("gives up a turn after ten attempts", () => {
  assert.equal(decideClaim({ attempt: 11, isStopRequested: false }), "giveUp");
});

test("cancels a turn when a stop was requested while no worker held it", () => {
  assert.equal(decideClaim({ attempt: 11, isStopRequested: true }), "cancel");
});
