import assert from "node:assert/strict";
import { it } from "node:test";
import { firstLine, formatTitle } from "./describe-call.ts";
import { describeCalls } from "./describe-calls.ts";
import { summarizeCalls } from "./summarize-calls.ts";
import { callOf, started, transcriptOf } from "./testing/transcript-of.ts";

const diff = (oldText: string | null, newText: string, path = "/workspace/a.ts") => ({
  path,
  oldText,
  newText,
});
const summaryOf = (...calls: readonly Omit<Parameters<typeof callOf>[0], "toolCallId">[]) =>
  summarizeCalls(
    transcriptOf(started, ...calls.map((call, index) => callOf({ ...call, toolCallId: `${index}` }))).items,
  );

it("counts a file that several calls read or changed once, and describes the calls", () => {
  const summary = summaryOf(
    { kind: "read", title: "Read a.ts" },
    { kind: "read", title: "Read a.ts" },
    { kind: "search" },
    { kind: "edit", diffs: [diff("1\n2\n3\n", "1\ntwo\n3\n")] },
    { kind: "edit", diffs: [diff("3\n", "3\n4\n"), diff(null, "new\n", "/workspace/b.ts")] },
    { kind: "execute", exitCode: 0 },
  );
  assert.deepEqual([summary.added, summary.removed], [3, 1]);
  assert.equal(describeCalls(summary), "Explored 1 file, ran 1 search, edited 2 files, ran 1 command");
});

it("counts failed calls, and no lines of an edit that failed", () => {
  const summary = summaryOf(
    { kind: "edit", status: "failed", diffs: [diff("1\n", "2\n")] },
    { kind: "execute", exitCode: 1 },
    { kind: "execute", status: "running", exitCode: null },
  );
  assert.deepEqual(
    [summary.failed, summary.failedClass, summary.edited, summary.added, summary.isRunning],
    [2, "other", 0, 0, true],
  );
  assert.equal(summaryOf({ kind: "edit", status: "failed" }, { kind: "edit" }).failedClass, "edit");
});

it("counts calls of MCP servers as tools, even if a harness reports them as commands", () => {
  const summary = summaryOf(
    { kind: "execute", title: "mcp.files.read" },
    { kind: "execute", title: "mcp.tembo.get_services" },
  );
  assert.equal(describeCalls(summary), "Used 2 tools");
});

it("counts the same lines whether a change is short or long", () => {
  const text = (lines: number, word: string) => `first\n${`same\n${word}\n`.repeat(lines)}last\n`;
  for (const lines of [10, 5_000]) {
    const summary = summaryOf({ kind: "edit", diffs: [diff(text(lines, "before"), text(lines, "after"))] });
    assert.deepEqual([summary.added, summary.removed], [lines, lines]);
  }
});

it("shows names of MCP tools and the first line of an output", () => {
  assert.deepEqual(["mcp__files__read_text", "mcp.files.read", "Read a.ts"].map(formatTitle), [
    "files: read text",
    "files: read",
    "Read a.ts",
  ]);
  assert.deepEqual(
    ["Exit code 1\n\u001b[31m failed\u001b[0m\nmore", "\n\n  4 passed\n", "", null].map(firstLine),
    ["failed", "4 passed", "", ""],
  );
});
