import assert from "node:assert/strict";
import { test } from "node:test";
import { formatJson } from "./format-json.ts";

test("formats JSON with one value per line", () => {
  assert.equal(
    formatJson('{"a":[1,{"b":null}]}'),
    '{\n  "a": [\n    1,\n    {\n      "b": null\n    }\n  ]\n}',
  );
});

test("returns null for text that is invalid, too long or has long numbers", () => {
  assert.equal(formatJson("{a: 1}"), null);
  assert.equal(formatJson('{"id":12345678901234567890}'), null);
  assert.equal(formatJson(`"${"a".repeat(1_000_000)}"`), null);
  assert.equal(formatJson("[".repeat(900_000)), null);
});
