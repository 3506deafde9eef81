import assert from "node:assert/strict";
import { test } from "node:test";
import { fingerprintOf } from "./fingerprint.ts";

test("the order of keys and functions do not count, anything else does", () => {
  assert.equal(
    fingerprintOf({ a: 1, b: { c: [1], d: null } }),
    fingerprintOf({ b: { d: null, c: [1] }, a: 1, say() {} }),
  );
  assert.notEqual(fingerprintOf({ a: [1, 2] }), fingerprintOf({ a: [2, 1] }));
  assert.notEqual(fingerprintOf({ env: { KEY: "old" } }), fingerprintOf({ env: { KEY: "new" } }));
});

test("nothing of a value can be read from it", () => {
  assert.match(fingerprintOf({ env: { KEY: "secret-value" } }), /^[0-9a-f]{64}$/);
});
