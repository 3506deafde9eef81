import assert from "node:assert/strict";
import { test } from "node:test";
import { patchedFiles } from "./patched-files.ts";

const answer = (...files: unknown[]) => ({ output: "Success.", metadata: { files } });

test("returns the text before and after a patch, with null as the old text of a new file", () => {
  const patch = "Index: /w/a\n====\n--- /w/a\n+++ /w/a\n@@ -1,3 +1,3 @@\n a\n-b\n+d\n c\n\n";
  const added = "--- /w/n\n+++ /w/n\n@@ -0,0 +1,1 @@\n+new\n";
  assert.deepEqual(
    patchedFiles(
      answer({ filePath: "/w/a", type: "update", patch }, { filePath: "/w/n", type: "add", patch: added }),
    ),
    [
      { path: "/w/a", oldText: "a\nb\nc\n", newText: "a\nd\nc\n" },
      { path: "/w/n", oldText: null, newText: "new\n" },
    ],
  );
});

test("returns no edits for a response with a different shape", () => {
  for (const raw of [
    null,
    "x",
    {},
    { metadata: null },
    { metadata: { files: 1 } },
    answer(null, { filePath: 1 }),
  ]) {
    assert.deepEqual(patchedFiles(raw), []);
  }
});
