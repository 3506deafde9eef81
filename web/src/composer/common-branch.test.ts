import assert from "node:assert/strict";
import { test } from "node:test";
import { commonBranch } from "./common-branch.ts";

test("returns the branch that all selected repositories share, or null if they differ", () => {
  const branches = new Map([
    ["a", "main"],
    ["b", "main"],
    ["c", "dev"],
    ["d", null],
  ]);
  assert.equal(commonBranch(["a"], branches), "main");
  assert.equal(commonBranch(["a", "b"], branches), "main");
  for (const ids of [[], ["a", "c"], ["a", "d"], ["d"], ["unknown"]])
    assert.equal(commonBranch(ids, branches), null);
});
