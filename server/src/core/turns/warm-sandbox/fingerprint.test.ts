import assert from "node:assert/strict";
import { test } from "node:test";
import { fingerprintOf } from "./fingerprint.ts";

test("ignores key order and functions, but no other difference", () => {
  assert.equal(
    fingerprintOf({ a: 1, b: { c: [1], d: null } }),
    fingerprintOf({ b: { d: null, c: [1] }, a: 1, say() {} }),
  );
  assert.notEqual(fingerprintOf({ a: [1, 2] }), fingerprintOf({ a: [2, 1] }));
  assert.notEqual(fingerprintOf({ env: { KEY: "old" } }), fingerprintOf({ env: { KEY: "new" } }));
});

test("returns a hash in place of the value", () => {
  assert.match(fingerprintOf({ env: { KEY: "secret-value" } }), /^[0-9a-f]{64}$/);
});
