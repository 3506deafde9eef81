import assert from "node:assert/strict";
import { test } from "node:test";
import { messageOf } from "./line-comment.ts";

test("all comments are one message, each with its place", () => {
  const message = messageOf(7, [
    { id: "1", path: "src/a b.ts", side: "new", line: 3, body: "Name it better.\nPlease." },
    { id: "2", path: "b.ts", side: "old", line: 9, body: "Keep this." },
  ]);
  assert.equal(
    message,
    "Please address these comments on pull request #7:\n\n1. src/a b.ts:3\nName it better.\nPlease.\n\n2. b.ts:9 (removed line)\nKeep this.",
  );
});
