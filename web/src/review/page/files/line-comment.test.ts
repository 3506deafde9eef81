import assert from "node:assert/strict";
import { test } from "node:test";
import type { Thread } from "../conversation/threads.ts";
import { composeMessage, toLineComments } from "./line-comment.ts";

test("combines all comments into one message, each with its location", () => {
  const message = composeMessage(7, [
    { id: "1", path: "src/a b.ts", side: "new", line: 3, body: "Name it better.\nPlease." },
    { id: "2", path: "b.ts", side: "old", line: 9, body: "Keep this." },
  ]);
  assert.equal(
    message,
    "Please address these comments on pull request #7:\n\n1. src/a b.ts:3\nName it better.\nPlease.\n\n2. b.ts:9 (removed line)\nKeep this.",
  );
});

test("names the first and last lines, and marks outdated comments", () => {
  const comment = {
    id: "1",
    path: "a",
    side: "new",
    line: 4,
    startLine: 2,
    isOutdated: true,
    body: "x",
  } as const;
  assert.match(composeMessage(null, [comment]), /\n1\. a:2-4 \(outdated\)\nx$/);
  assert.match(
    composeMessage(null, [{ ...comment, line: null, startLine: null, isOutdated: false }]),
    /\n1\. a\nx$/,
  );
});

test("names the authors in a thread with replies", () => {
  const commentBy = (name: string, body: string) => ({ author: { name, login: name }, body });
  const place = { path: "a", side: "new", line: 1, startLine: null, isOutdated: false };
  const first = { id: "inline-1", ...commentBy("Ada", "Why?"), place };
  const alone = { id: "1", first, replies: [] } as unknown as Thread;
  assert.equal(toLineComments(alone)[0]!.body, "Why?");
  const answered = { ...alone, replies: [commentBy("Grace", "Do it.")] } as unknown as Thread;
  assert.equal(toLineComments(answered)[0]!.body, "Ada:\nWhy?\n\nGrace:\nDo it.");
});
