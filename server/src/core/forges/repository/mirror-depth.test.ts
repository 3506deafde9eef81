import assert from "node:assert/strict";
import { test } from "node:test";
import { wholeHistory } from "@tembo/contract/limits";
import { decideDepth } from "./mirror-depth.ts";

test("fetches the whole history unless the organization configures a smaller depth", () => {
  for (const unset of [undefined, null, 0, 1.5, "1", wholeHistory, wholeHistory + 1])
    assert.equal(decideDepth(unset), null, String(unset));
  for (const depth of [1, 50, wholeHistory - 1]) assert.equal(decideDepth(depth), depth);
});
