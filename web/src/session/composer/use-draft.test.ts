import assert from "node:assert/strict";
import { test } from "node:test";
import { readDraft } from "./use-draft.ts";

test("restores the valid parts of a stored message, or else starts empty", () => {
  const attached = { id: "a", name: "a.png", sizeBytes: 1 };
  const empty = { words: "", attachments: [] };
  assert.deepEqual(
    readDraft(JSON.stringify({ words: "Fix it.", attachments: [attached, null, { id: 1 }] })),
    {
      words: "Fix it.",
      attachments: [attached],
    },
  );
  assert.deepEqual(readDraft(JSON.stringify({ words: 1, attachments: "a" })), empty);
  for (const broken of [null, "", "{", "null", "[]", '"Fix it."']) assert.deepEqual(readDraft(broken), empty);
});
