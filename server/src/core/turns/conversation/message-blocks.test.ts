import assert from "node:assert/strict";
import { test } from "node:test";
import { messageText } from "./message-blocks.ts";

const compact = { command: "compact", arguments: "keep the plan" };

test("sends a message without a command as it is", () => {
  assert.equal(
    messageText({ slashCommand: null, content: "First.\n\n/compact keep the plan" }),
    "First.\n\n/compact keep the plan",
  );
});

test("sends a command first, and once if the message repeats it", () => {
  for (const [content, sent] of [
    ["", "/compact keep the plan"],
    ["/compact keep the plan", "/compact keep the plan"],
    ["Then go on.", "/compact keep the plan\n\nThen go on."],
    [
      "First read this.\n  /compact keep the plan\nThen go on.",
      "/compact keep the plan\n\nFirst read this.\nThen go on.",
    ],
    ["See /compact keep the plan", "/compact keep the plan\n\nSee /compact keep the plan"],
  ] as const)
    assert.equal(messageText({ slashCommand: compact, content }), sent);
});

test("sends a command whose arguments have several lines once", () => {
  const text = "/compact keep\nthe plan";
  assert.equal(
    messageText({ slashCommand: { command: "/compact", arguments: "keep\nthe plan" }, content: text }),
    text,
  );
});
