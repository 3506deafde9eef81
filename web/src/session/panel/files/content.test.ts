import assert from "node:assert/strict";
import { test } from "node:test";
import { parseContent } from "./content.ts";

test("returns text as text, even if it contains a data URL", async () => {
  for (const given of ["words", "data:text/plain;base64,###", "see data:image/png;base64,AAAA"]) {
    const { blob, text } = parseContent(given);
    assert.equal(text, given);
    assert.equal(await blob.text(), given);
  }
});

test("decodes a data URL to its bytes", async () => {
  const { blob, text } = parseContent("data:image/png;base64,iVBORw==");
  assert.equal(text, null);
  assert.equal(blob.type, "image/png");
  assert.deepEqual([...new Uint8Array(await blob.arrayBuffer())], [0x89, 0x50, 0x4e, 0x47]);
});
