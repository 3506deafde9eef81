import assert from "node:assert/strict";
import { test } from "node:test";
import { decidePreparation } from "./decide-preparation.ts";

const ready = {
  isHarnessReady: true,
  hasModelCredential: true,
  isBudgetReached: false,
  hasOwnBranch: false,
};

test("prepares work that could start immediately, and states the reason otherwise", () => {
  assert.equal(decidePreparation(ready), null);
  for (const [change, why] of [
    [{ isHarnessReady: false }, /harness/],
    [{ hasModelCredential: false }, /credential/],
    [{ isBudgetReached: true }, /budget/],
    [{ hasOwnBranch: true }, /branch/],
  ] as const)
    assert.match(decidePreparation({ ...ready, ...change })!, why);
});
