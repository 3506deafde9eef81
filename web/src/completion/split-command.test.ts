import assert from "node:assert/strict";
import { test } from "node:test";
import { type Command, mayHaveCommand, splitCommand } from "./split-command.ts";

const commands: readonly Command[] = [
  { name: "review", kind: "command", note: "" },
  { name: "release", kind: "skill", note: "" },
];

test("sends a command at the beginning of a message as a command, and anything else as text", () => {
  assert.deepEqual(splitCommand(" /review\n--deep\nnow ", commands), {
    content: "/review --deep\nnow",
    slashCommand: { command: "review", arguments: "--deep\nnow" },
  });
  assert.deepEqual(splitCommand("/review", commands), {
    content: "/review",
    slashCommand: { command: "review" },
  });
  for (const words of ["/release it", "/unknown it", "do /review", "/ review", ""])
    assert.deepEqual(splitCommand(words, commands), { content: words });
});

test("sends a command at the start of a later line with the rest of that line", () => {
  assert.deepEqual(splitCommand("Fix it.\n/release\n/review --deep\nThen stop.", commands), {
    content: "Fix it.\n/release\n/review --deep\nThen stop.",
    slashCommand: { command: "review", arguments: "--deep" },
  });
  assert.deepEqual(splitCommand("Fix it.\n/review", commands), {
    content: "Fix it.\n/review",
    slashCommand: { command: "review" },
  });
  for (const words of ["Fix it.\n /review", "Fix it.\nsee /review"])
    assert.deepEqual(splitCommand(words, commands), { content: words });
});

test("needs the known commands only if a line starts with a slash", () => {
  for (const words of ["/review", "  /review", "Fix it.\n/review"]) assert.equal(mayHaveCommand(words), true);
  for (const words of ["", "Fix a/b", "/ review", "Fix it. /review"])
    assert.equal(mayHaveCommand(words), false);
});
