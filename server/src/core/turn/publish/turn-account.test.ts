import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventData } from "../../event/event.ts";
import { accountOf } from "./turn-account.ts";

const text = (words: string): EventData => ({ type: "text", text: words });
const command = (line: string, status: "running" | "completed" | "failed"): EventData => ({
  type: "toolCall",
  toolCallId: line,
  title: line,
  kind: "execute",
  status,
  input: JSON.stringify({ command: line }),
  output: null,
  exitCode: null,
  diffs: [],
});

test("the answer is what was said after the last tool call", () => {
  const { answer } = accountOf([
    text("Let me look."),
    command("ls", "completed"),
    text("I did "),
    text("it.\n"),
  ]);
  assert.equal(answer, "I did it.");
});

test("commands that check are told with their latest result, others are not", () => {
  const { checks } = accountOf([
    command("npm test", "running"),
    command("npm test", "failed"),
    command("cat package.json", "completed"),
    command("npm run   lint", "completed"),
    command("npm test", "completed"),
    {
      type: "hook.finished",
      hook: "prePush",
      repository: "app",
      command: "./ci.sh",
      exitCode: 1,
      output: "",
    },
  ]);
  assert.deepEqual(checks, [
    { command: "npm run lint", isPassed: true },
    { command: "npm test", isPassed: true },
    { command: "./ci.sh", isPassed: false },
  ]);
});

test("an input that is no JSON, or a command of many lines' length, is left out", () => {
  const { checks } = accountOf([
    { ...command("x", "completed"), input: '{"command":"npm te' } as EventData,
    command(`npm test ${"x".repeat(300)}`, "completed"),
  ]);
  assert.deepEqual(checks, []);
});
