import assert from "node:assert/strict";
import { test } from "node:test";
import { formatJson } from "./format-json.ts";

test("formats JSON with one value per line", () => {
  assert.equal(
    formatJson('{"a":[1,{"b":null}]}'),
    '{\n  "a": [\n    1,\n    {\n      "b": null\n    }\n  ]\n}',
  );
});

test("returns null for text that is invalid or too long", () => {
  assert.equal(formatJson("{a: 1}"), null);
  assert.equal(formatJson(`"${"a".repeat(1_000_000)}"`), null);
  assert.equal(formatJson("[".repeat(900_000)), null);
});

test("returns null for JSON whose indentation would be long", () => {
  const nested = (depth: number, inner: string) => "[".repeat(depth) + inner + "]".repeat(depth);
  assert.notEqual(formatJson(nested(100, "1")), null);
  assert.equal(formatJson(nested(101, "1")), null);
  assert.equal(formatJson(nested(400_000, "1")), null);
  assert.equal(formatJson(nested(90, Array(100_000).fill("1").join(","))), null);
});

test("returns null for numbers that JavaScript stores inexactly", () => {
  for (const exact of ["0", "-0.000", "1.50", "123456789012345", "1e300", "-2E-5"])
    assert.notEqual(formatJson(`{"a":${exact}}`), null, exact);
  for (const inexact of ["12345678901234567890", "12345678.123456789", "1e400", "1e-400", "1.234567e-320"])
    assert.equal(formatJson(`[{"a":${inexact}}]`), null, inexact);
  assert.notEqual(formatJson('{"12345678901234567890":"1e400, \\"12345678901234567890"}'), null);
});

test("returns null for an object that repeats a key", () => {
  assert.equal(formatJson('[{"a":1,"b":{"a":2}},{"a":3,"a":4}]'), null);
  assert.equal(formatJson('{"a":1,"\\u0061":2}'), null);
  assert.notEqual(formatJson('{"a":{"a":":"},"__proto__":[{"a":1},{"a":2}]}'), null);
});
