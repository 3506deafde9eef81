import assert from "node:assert/strict";
import { test } from "node:test";
import { type Command, splitCommand } from "./split-command.ts";

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
