import assert from "node:assert/strict";
import { test } from "node:test";
import { fitOf } from "./fingerprint.ts";

test("the order of keys and functions do not count, anything else does", () => {
  assert.equal(fitOf({ a: 1, b: { c: [1], d: null } }), fitOf({ b: { d: null, c: [1] }, a: 1, say() {} }));
  assert.notEqual(fitOf({ a: [1, 2] }), fitOf({ a: [2, 1] }));
  assert.notEqual(fitOf({ env: { KEY: "old" } }), fitOf({ env: { KEY: "new" } }));
});

test("nothing of a value can be read from it", () => {
  assert.match(fitOf({ env: { KEY: "secret-value" } }), /^[0-9a-f]{64}$/);
});
