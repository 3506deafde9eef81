import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEdit } from "./unsaved-edit.ts";

test("parses a stored edit, and ignores what another version has written", () => {
  const edit = { path: "a.txt", content: "1", sha256: "0a", value: "2" };
  assert.deepEqual(parseEdit(JSON.stringify(edit)), edit);
  for (const stored of [null, "", "null", "{", '"a"', JSON.stringify({ ...edit, value: 1 })])
    assert.equal(parseEdit(stored), null, String(stored));
});
