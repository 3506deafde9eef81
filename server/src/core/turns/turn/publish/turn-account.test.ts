import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventData } from "../../../sessions/index.ts";
import { accountOf } from "./turn-account.ts";

const text = (words: string): EventData => ({ type: "text", text: words });
const command = (
  line: string,
  status: "running" | "completed" | "failed",
  {
    exitCode = status === "completed" ? 0 : status === "failed" ? 1 : null,
    ...input
  }: {
    readonly exitCode?: number | null;
    readonly run_in_background?: boolean;
  } = {},
): EventData => ({
  type: "toolCall",
  toolCallId: line,
  title: line,
  kind: "execute",
  status,
  input: JSON.stringify({ command: line, ...input }),
  output: null,
  exitCode,
  diffs: [],
});

test("uses the text after the last tool call as the answer", () => {
  const { answer } = accountOf([
    text("Let me look."),
    command("ls", "completed"),
    text("I did "),
    text("it.\n"),
  ]);
  assert.equal(answer, "I did it.");
});

test("lists check commands with their latest result, and omits other commands", () => {
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
    { command: "npm run lint", exitCode: 0 },
    { command: "npm test", exitCode: 0 },
    { command: "./ci.sh", exitCode: 1 },
  ]);
});

test("omits checks with invalid input or an overlong command", () => {
  const { checks } = accountOf([
    { ...command("x", "completed"), input: '{"command":"npm te' } as EventData,
    command(`npm test ${"x".repeat(300)}`, "completed"),
  ]);
  assert.deepEqual(checks, []);
});

test("omits a command without a meaningful exit code, such as a pipe or a background command", () => {
  const { checks } = accountOf([
    command("npm test 2>&1 | tail -3", "completed"),
    command("npm test; true", "completed"),
    command("npm run build", "completed", { run_in_background: true }),
    command("npm run lint", "completed", { exitCode: null }),
    command("make", "completed", { exitCode: 2 }),
    command("npm test", "completed"),
    {
      type: "hook.finished",
      hook: "prePush",
      repository: "app",
      command: "./ci.sh | tee log",
      exitCode: 0,
      output: "",
    },
  ]);
  assert.deepEqual(checks, [
    { command: "make", exitCode: 2 },
    { command: "npm test", exitCode: 0 },
  ]);
});

test("removes an earlier result of a command when a later run has no exit code", () => {
  const runs = [command("npm test", "completed"), command("npm test", "completed", { exitCode: null })];
  assert.deepEqual(accountOf(runs).checks, []);
  assert.equal(accountOf(runs.slice(0, 1)).checks.length, 1, "control");
});
