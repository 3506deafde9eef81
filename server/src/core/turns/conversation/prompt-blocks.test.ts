import assert from "node:assert/strict";
import { test } from "node:test";
import { decidePromptOrigin, earlierBlock, fileTagsOf, promptBlocks } from "./prompt-blocks.ts";

test("finds file tags and leaves other at-signs alone", () => {
  const text =
    "Fix @src/login.ts and (@README.md), ask dev@example.com, skip @../etc/passwd and @src/login.ts again.";
  assert.deepEqual(fileTagsOf(text), ["src/login.ts", "README.md"]);
});

test("a tag in quotes may hold whatever a path may, and never leads out", () => {
  const text =
    'See @"docs/a \\"b\\" \u05e9.md", @"/etc/passwd", @"a/../../b", @"a\\u0000b", @"bad \\q" and @"open';
  assert.deepEqual(fileTagsOf(text), ['docs/a "b" \u05e9.md']);
});

test("no more than fifty files are tagged", () => {
  const text = Array.from({ length: 80 }, (_, index) => `@file${index}`).join(" ");
  assert.equal(fileTagsOf(text).length, 50);
});

test("a first attempt sends the message as it was written", () => {
  const origin = decidePromptOrigin({ isPromptSent: false, isConversationResumed: false });
  assert.deepEqual(promptBlocks(origin, "Do it @a", [{ path: "/workspace/a", name: "a" }]), [
    { type: "text", text: "Do it @a" },
    { type: "resourceLink", path: "/workspace/a", name: "a" },
  ]);
});

test("a turn taken up again asks the harness to go on and does not repeat the message", () => {
  const origin = decidePromptOrigin({ isPromptSent: true, isConversationResumed: true });
  assert.equal(origin, "continue");
  assert.ok(!JSON.stringify(promptBlocks(origin, "Do it", [])).includes("Do it"));
});

test("a harness that lost its memory while it worked gets the message and is told where its work lies", () => {
  const origin = decidePromptOrigin({ isPromptSent: true, isConversationResumed: false });
  assert.equal(origin, "startOver");
  assert.match(JSON.stringify(promptBlocks(origin, "Do it", [])), /in the workspace.*Do it/);
});

test("what happened without the harness is told in a block of its own", () => {
  const transcript = "<earlier_work>\n\nThis.\n\n</earlier_work>";
  const lost = earlierBlock({ transcript, of: "unknown" });
  assert.match(JSON.stringify(lost), /lost.*<earlier_work>.*This/);
  const since = earlierBlock({ transcript, of: "since" });
  assert.match(JSON.stringify(since), /another coding agent worked/);
});

test("a message that had not reached the harness is sent anew, into the resumed conversation", () => {
  assert.equal(decidePromptOrigin({ isPromptSent: false, isConversationResumed: true }), "message");
});
