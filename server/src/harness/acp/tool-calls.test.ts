import assert from "node:assert/strict";
import { test } from "node:test";
import { ToolCalls } from "./tool-calls.ts";

test("a fragment that comes first makes the call, and later ones complete it", () => {
  const calls = new ToolCalls("/workspace");
  calls.merge({ toolCallId: "1", status: "in_progress" });
  calls.merge({ toolCallId: "1", title: "Read a", kind: "read", rawInput: { path: "a" } });
  const call = calls.merge({ toolCallId: "1", status: "completed", rawOutput: { lines: 3 } });
  assert.deepEqual(call, {
    type: "toolCall",
    toolCallId: "1",
    title: "Read a",
    kind: "read",
    status: "completed",
    input: '{"path":"a"}',
    output: '{"lines":3}',
    diffs: [],
  });
});

test("kinds outside of the closed list are other", () => {
  const calls = new ToolCalls("/workspace");
  for (const kind of ["switch_mode", "dance"]) {
    assert.equal(calls.merge({ toolCallId: kind, kind: kind as "other" }).kind, "other");
  }
  assert.equal(calls.merge({ toolCallId: "none" }).kind, "other");
});

test("cuts input and output at 16,000 characters and diffs at 100,000, never inside of a character", () => {
  const calls = new ToolCalls("/workspace");
  const call = calls.merge({
    toolCallId: "1",
    status: "completed",
    rawInput: `${"x".repeat(15_999)}😀`,
    content: [
      { type: "content", content: { type: "text", text: "y".repeat(20_000) } },
      { type: "diff", path: "a", oldText: "o".repeat(100_001), newText: "n".repeat(100_000) },
    ],
  });
  assert.equal(call.input, "x".repeat(15_999));
  assert.equal(call.output?.length, 16_000);
  assert.equal(call.diffs[0]?.oldText?.length, 100_000);
  assert.equal(call.diffs[0]?.newText.length, 100_000);
});

test("paths of diffs are the workspace's, absolute ones stay", () => {
  const calls = new ToolCalls("/workspace/repo");
  const diff = (path: string) => ({ type: "diff" as const, path, newText: "" });
  const call = calls.merge({ toolCallId: "1", content: [diff("src/a.ts"), diff("/workspace/b.ts")] });
  assert.deepEqual(
    call.diffs.map(({ path, oldText }) => [path, oldText]),
    [
      ["/workspace/repo/src/a.ts", null],
      ["/workspace/b.ts", null],
    ],
  );
});

test("what a pending call shows is no output yet, and a fence around an output goes", () => {
  const calls = new ToolCalls("/workspace");
  const content = (text: string) => [{ type: "content" as const, content: { type: "text" as const, text } }];
  assert.equal(calls.merge({ toolCallId: "1", status: "pending", content: content("Lists") }).output, null);
  const done = calls.merge({
    toolCallId: "1",
    status: "completed",
    content: content("```console\na\nb\n```"),
  });
  assert.equal(done.output, "a\nb");
});

test("closes what is open as failed, once, and leaves what is closed", () => {
  const calls = new ToolCalls("/workspace");
  calls.merge({ toolCallId: "1", status: "completed" });
  calls.merge({ toolCallId: "2", status: "in_progress" });
  assert.deepEqual(
    calls.closeOpen().map((call) => [call.toolCallId, call.status]),
    [["2", "failed"]],
  );
  assert.deepEqual(calls.closeOpen(), []);
});

test("forgets the oldest closed calls of a long prompt, never an open one", () => {
  const calls = new ToolCalls("/workspace");
  calls.merge({ toolCallId: "open", title: "Open" });
  for (let n = 0; n < 500; n++) calls.merge({ toolCallId: `${n}`, title: `Call ${n}`, status: "completed" });
  assert.equal(calls.merge({ toolCallId: "open" }).title, "Open");
  assert.equal(calls.merge({ toolCallId: "499" }).title, "Call 499");
  assert.equal(calls.merge({ toolCallId: "0" }).title, "Tool call");
});
