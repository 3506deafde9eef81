import assert from "node:assert/strict";
import { test } from "node:test";
import { stripTerminalCodes } from "./strip-terminal-codes.ts";
import { formatInput } from "./tool-input.ts";

test("removes colors, titles and cursor movements from output", () => {
  const output = "\u001b[1;31mred\u001b[0m \u001b]0;title\u0007blue\u001b[2K";
  assert.equal(stripTerminalCodes(output), "red blue");
});

test("keeps only the last text of an overwritten line", () => {
  assert.equal(stripTerminalCodes("10 %\r50 %\r100 %\r\ndone\r\n"), "100 %\ndone\n");
});

test("shows a command's input as the command, and other tools' input as lines", () => {
  assert.equal(formatInput("execute", '{"command":"ls -la","description":"Look"}'), "$ ls -la");
  assert.equal(formatInput("execute", '{"command":["bash","-c","ls"]}'), "$ bash -c ls");
  assert.equal(formatInput("execute", '{"script":1}'), '{\n  "script": 1\n}');
  assert.equal(formatInput("read", '{"command":"x"}'), '{\n  "command": "x"\n}');
  assert.equal(formatInput("execute", '{"command":"ls'), '{"command":"ls');
});
