import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { OfferedTool } from "./conversation.ts";
import { type Step, steps, type ToolStep } from "./steps.ts";
import { toolsets, toToolCall } from "./tools.ts";

const offer = (kind: OfferedTool["kind"], ...names: string[]): OfferedTool[] =>
  names.map((name) => ({ name, kind, properties: [] }));
const withPath = (property: string): OfferedTool[] => [
  { name: "write", kind: "function", properties: [property] },
  { name: "read", kind: "function", properties: [property] },
  ...offer("function", "edit", "bash"),
];
const work = [
  steps.write("a", "A\n"),
  steps.edit("a", "A", "B"),
  steps.read("a"),
  steps.bash("ls"),
] as ToolStep[];

const offered: Record<string, OfferedTool[]> = {
  claudeCode: offer("function", "Bash", "Edit", "Read", "Write"),
  codex: [...offer("custom", "apply_patch"), ...offer("function", "exec_command")],
  "codex in code mode": offer("custom", "exec"),
  gemini: offer("function", "run_shell_command", "write_file", "replace", "read_file"),
  opencode: withPath("filePath"),
  "opencode with patches": [
    { name: "apply_patch", kind: "function", properties: ["patchText"] },
    { name: "read", kind: "function", properties: ["filePath"] },
    ...offer("function", "bash"),
  ],
  pi: withPath("path"),
};

const expected: Record<string, unknown[]> = {
  claudeCode: [
    { file_path: "/w/a", content: "A\n" },
    { file_path: "/w/a", old_string: "A", new_string: "B" },
    { file_path: "/w/a" },
    { command: "ls", description: "A step of the script" },
  ],
  codex: [
    "*** Begin Patch\n*** Add File: a\n+A\n*** End Patch",
    "*** Begin Patch\n*** Update File: a\n@@\n-A\n+B\n*** End Patch",
    { cmd: "cat 'a'" },
    { cmd: "ls" },
  ],
  gemini: [
    { file_path: "/w/a", content: "A\n" },
    { file_path: "/w/a", old_string: "A", new_string: "B", instruction: "A step of the script" },
    { file_path: "/w/a" },
    { command: "ls", description: "A step of the script" },
  ],
  opencode: [
    { filePath: "/w/a", content: "A\n" },
    { filePath: "/w/a", oldString: "A", newString: "B" },
    { filePath: "/w/a" },
    { command: "ls", description: "A step of the script" },
  ],
  "opencode with patches": [
    { patchText: "*** Begin Patch\n*** Add File: /w/a\n+A\n*** End Patch" },
    { patchText: "*** Begin Patch\n*** Update File: /w/a\n@@\n-A\n+B\n*** End Patch" },
    { filePath: "/w/a" },
    { command: "ls", description: "A step of the script" },
  ],
  pi: [
    { path: "/w/a", content: "A\n" },
    { path: "/w/a", edits: [{ oldText: "A", newText: "B" }] },
    { path: "/w/a" },
    { command: "ls" },
  ],
};

for (const { harness } of toolsets) {
  test(`translates every step for ${harness}`, () => {
    const calls = work.map((step) => toToolCall(step, offered[harness]!, "/w"));
    for (const { name } of calls) assert.ok(offered[harness]!.some((tool) => tool.name === name));
    if (expected[harness])
      assert.deepEqual(
        calls.map(({ input }) => input),
        expected[harness],
      );
    else
      for (const { input } of calls) assert.match(String(input), /await tools\.(apply_patch|exec_command)\(/);
  });
}

test("leaves absolute paths unchanged, and relative ones if the working directory is unknown", () => {
  const read = (path: string, cwd?: string) =>
    toToolCall(steps.read(path) as ToolStep, offered.claudeCode!, cwd).input;
  assert.deepEqual(read("a/b"), { file_path: "a/b" });
  assert.deepEqual(read("/etc/hosts", "/w"), { file_path: "/etc/hosts" });
});

test("calls any offered tool, and wraps text for a custom tool that is offered as a function", () => {
  const ping = [...offered.claudeCode!, ...offer("function", "mcp__ping")];
  const call = toToolCall(steps.tool("mcp__ping", { a: 1 }) as ToolStep, ping, undefined);
  assert.deepEqual(call, { name: "mcp__ping", kind: "function", input: { a: 1 } });
  const patch = toToolCall(work[0]!, offer("function", "apply_patch", "exec_command"), undefined);
  assert.deepEqual(patch.input, { input: "*** Begin Patch\n*** Add File: a\n+A\n*** End Patch" });
});

test("uses the shell if no file tools are offered, and preserves line breaks, quotes and special characters", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "tools-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const run = (step: Step) => {
    const { name, input } = toToolCall(step as ToolStep, offer("function", "exec_command"), folder);
    assert.equal(name, "exec_command");
    return execFileSync("bash", ["-c", (input as { cmd: string }).cmd], { cwd: folder, encoding: "utf8" });
  };
  const before = 'it\'s $HOME & "one" \\n\nold [a-z]*\n\n';
  run(steps.write("deep/er/a.txt", before));
  assert.equal(readFileSync(join(folder, "deep/er/a.txt"), "utf8"), before);
  run(steps.edit("deep/er/a.txt", "old [a-z]*", "new & 'it'"));
  const after = before.replace("old [a-z]*", () => "new & 'it'");
  assert.equal(run(steps.read("deep/er/a.txt")), after);
});

test("recognizes OpenCode and Gemini in plan mode, and can attempt a write without a write tool", () => {
  const planning: OfferedTool[] = [
    { name: "read", kind: "function", properties: ["filePath"] },
    ...offer("function", "glob"),
  ];
  const word = (step: Step) => toToolCall(step as ToolStep, planning, "/w");
  assert.deepEqual(word(steps.read("a")).input, { filePath: "/w/a" });
  assert.deepEqual(word(steps.tryWrite("a", "A\n")), {
    name: "write",
    kind: "function",
    input: { filePath: "/w/a", content: "A\n" },
  });
  assert.throws(() => word(steps.write("a", "A\n")), /does not offer the tool bash\. It offers read, glob/);
  const gemini = toToolCall(steps.read("a") as ToolStep, offer("function", "glob", "read_file"), "/w");
  assert.deepEqual(gemini.input, { file_path: "/w/a" });
  const inShell = toToolCall(steps.tryWrite("a", "A\n") as ToolStep, offer("function", "exec_command"), "/w");
  assert.equal(inShell.name, "exec_command", "uses a shell command if the harness offers no write tool");
});

test("rejects a missing tool or an unknown harness, and lists the offered tools", () => {
  const missing = steps.tool("mcp__ping") as ToolStep;
  assert.throws(
    () => toToolCall(missing, offer("function", "Bash"), "/w"),
    /does not offer the tool mcp__ping\. It offers Bash/,
  );
  assert.throws(
    () => toToolCall(work[0]!, offer("function", "other"), "/w"),
    /No known harness offers the tools other/,
  );
});
