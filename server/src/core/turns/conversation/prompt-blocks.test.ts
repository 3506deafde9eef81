import assert from "node:assert/strict";
import { test } from "node:test";
import { decidePromptOrigin, earlierBlock, fileTagsOf, promptBlocks } from "./prompt-blocks.ts";

test("finds file tags and ignores other at signs", () => {
  const text =
    "Fix @src/login.ts and (@README.md), ask dev@example.com, skip @../etc/passwd and @src/login.ts again.";
  assert.deepEqual(fileTagsOf(text), ["src/login.ts", "README.md"]);
});

test("reads a quoted tag with any valid path and rejects paths outside the workspace", () => {
  const text =
    'See @"docs/a \\"b\\" \u05e9.md", @"/etc/passwd", @"a/../../b", @"a\\u0000b", @"bad \\q" and @"open';
  assert.deepEqual(fileTagsOf(text), ['docs/a "b" \u05e9.md']);
});

test("reads at most fifty file tags", () => {
  const text = Array.from({ length: 80 }, (_, index) => `@file${index}`).join(" ");
  assert.equal(fileTagsOf(text).length, 50);
});

test("sends the message as written on the first attempt", () => {
  const origin = decidePromptOrigin({ isPromptSent: false, isConversationResumed: false });
  assert.deepEqual(promptBlocks(origin, "Do it @a", [{ path: "/workspace/a", name: "a" }]), [
    { type: "text", text: "Do it @a" },
    { type: "resourceLink", path: "/workspace/a", name: "a" },
  ]);
});

test("asks the harness to continue without repeating the message on a resumed turn", () => {
  const origin = decidePromptOrigin({ isPromptSent: true, isConversationResumed: true });
  assert.equal(origin, "continue");
  assert.ok(!JSON.stringify(promptBlocks(origin, "Do it", [])).includes("Do it"));
});

test("repeats the message, and mentions the workspace, when the conversation was lost", () => {
  const origin = decidePromptOrigin({ isPromptSent: true, isConversationResumed: false });
  assert.equal(origin, "startOver");
  assert.match(JSON.stringify(promptBlocks(origin, "Do it", [])), /in the workspace.*Do it/);
});

test("adds a transcript of earlier work in a separate block", () => {
  const transcript = "<earlier_work>\n\nThis.\n\n</earlier_work>";
  const lost = earlierBlock({ transcript, of: "unknown" });
  assert.match(JSON.stringify(lost), /lost.*<earlier_work>.*This/);
  const since = earlierBlock({ transcript, of: "since" });
  assert.match(JSON.stringify(since), /another coding agent has worked/);
});

test("sends an undelivered message as written when the conversation resumes", () => {
  assert.equal(decidePromptOrigin({ isPromptSent: false, isConversationResumed: true }), "message");
});
