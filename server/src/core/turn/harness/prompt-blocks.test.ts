import assert from "node:assert/strict";
import { test } from "node:test";
import { decidePromptOrigin, fileTagsOf, promptBlocks } from "./prompt-blocks.ts";

test("finds file tags and leaves other at-signs alone", () => {
  const text =
    "Mend @src/login.ts and (@README.md), ask dev@example.com, skip @../etc/passwd and @src/login.ts again.";
  assert.deepEqual(fileTagsOf(text), ["src/login.ts", "README.md"]);
});

test("no more than fifty files are tagged", () => {
  const text = Array.from({ length: 80 }, (_, index) => `@file${index}`).join(" ");
  assert.equal(fileTagsOf(text).length, 50);
});

test("a first attempt sends the message as it was written", () => {
  const origin = decidePromptOrigin({
    isPromptSent: false,
    isConversationResumed: false,
    hadConversation: false,
  });
  assert.deepEqual(promptBlocks(origin, "Do it @a", [{ path: "/workspace/a", name: "a" }]), [
    { type: "text", text: "Do it @a" },
    { type: "resourceLink", path: "/workspace/a", name: "a" },
  ]);
});

test("a turn taken up again asks the harness to go on and does not repeat the message", () => {
  const origin = decidePromptOrigin({
    isPromptSent: true,
    isConversationResumed: true,
    hadConversation: true,
  });
  assert.equal(origin, "continue");
  assert.ok(!JSON.stringify(promptBlocks(origin, "Do it", [])).includes("Do it"));
});

test("a harness that lost its memory gets the message and is told where its work lies", () => {
  const again = decidePromptOrigin({
    isPromptSent: true,
    isConversationResumed: false,
    hadConversation: true,
  });
  assert.equal(again, "startOver");
  const later = decidePromptOrigin({
    isPromptSent: false,
    isConversationResumed: false,
    hadConversation: true,
  });
  assert.equal(later, "followUpWithoutMemory");
  for (const origin of [again, later] as const) {
    const [block] = promptBlocks(origin, "Do it", []);
    assert.match(JSON.stringify(block), /in the workspace.*Do it/);
  }
});

test("a message that had not reached the harness is sent anew, into the resumed conversation", () => {
  assert.equal(
    decidePromptOrigin({ isPromptSent: false, isConversationResumed: true, hadConversation: true }),
    "message",
  );
});
