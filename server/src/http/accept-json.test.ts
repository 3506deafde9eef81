import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeeperThan } from "./accept-json.ts";

test("measures the nesting depth of arrays and objects, and ignores brackets in strings", () => {
  const nested = (depth: number) => '{"a":['.repeat(depth / 2) + "]}".repeat(depth / 2);
  assert.equal(isDeeperThan(200, nested(200)), false);
  assert.equal(isDeeperThan(200, nested(202)), true);
  assert.equal(isDeeperThan(1, "[1,[]]"), true);
  assert.equal(isDeeperThan(1, '["[[[", "\\"[[[", "\\\\"]'), false);
  assert.equal(isDeeperThan(2, '["\\\\",[[1]]]'), true);
  assert.equal(isDeeperThan(1, "[],[],[]"), false);
});
