import assert from "node:assert/strict";
import { test } from "node:test";
import { durationOf } from "./duration.ts";
import { stripTerminalCodes } from "./strip-terminal-codes.ts";
import { inputOf } from "./tool-input.ts";

test("formats a duration in suitable units", () => {
  const times = [20, 4_200, 59_600, 192_000, 7_500_000].map(durationOf);
  assert.deepEqual(times, ["", "4.2 s", "1 min 0 s", "3 min 12 s", "2 h 5 min"]);
});

test("removes colors, titles and cursor moves from output", () => {
  const output = "\u001b[1;31mred\u001b[0m \u001b]0;title\u0007blue\u001b[2K";
  assert.equal(stripTerminalCodes(output), "red blue");
});

test("keeps the last text of a line that was overwritten", () => {
  assert.equal(stripTerminalCodes("10 %\r50 %\r100 %\r\ndone\r\n"), "100 %\ndone\n");
});

test("shows the input of a command as the command, and of other tools as lines", () => {
  assert.equal(inputOf("execute", '{"command":"ls -la","description":"Look"}'), "$ ls -la");
  assert.equal(inputOf("execute", '{"command":["bash","-c","ls"]}'), "$ bash -c ls");
  assert.equal(inputOf("execute", '{"script":1}'), '{\n  "script": 1\n}');
  assert.equal(inputOf("read", '{"command":"x"}'), '{\n  "command": "x"\n}');
  assert.equal(inputOf("execute", '{"command":"ls'), '{"command":"ls');
});
