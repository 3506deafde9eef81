import assert from "node:assert/strict";
import { test } from "node:test";
import type { ToolCallUpdate } from "@agentclientprotocol/sdk/unstable";
import { ToolCalls } from "./tool-calls.ts";

/** Returns tool calls whose merges must all return a state. */
function callsIn(cwd: string) {
  const calls = new ToolCalls(cwd);
  return { calls, closeOpen: () => calls.closeOpen(), merge: (part: ToolCallUpdate) => calls.merge(part)! };
}

test("creates a tool call from the first fragment, and completes it from later ones", () => {
  const calls = callsIn("/workspace");
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
    exitCode: null,
    diffs: [],
  });
});

test("maps an unknown kind to other", () => {
  const calls = callsIn("/workspace");
  for (const kind of ["switch_mode", "dance"]) {
    assert.equal(calls.merge({ toolCallId: kind, kind: kind as "other" }).kind, "other");
  }
  assert.equal(calls.merge({ toolCallId: "none" }).kind, "other");
});

test("truncates input and output at 16,000 characters and diffs at 100,000, never within a character", () => {
  const calls = callsIn("/workspace");
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

test("resolves relative diff paths against the workspace, and keeps absolute ones", () => {
  const calls = callsIn("/workspace/repo");
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

test("ignores the content of a pending call, and removes a code fence around the output", () => {
  const calls = callsIn("/workspace");
  const content = (text: string) => [{ type: "content" as const, content: { type: "text" as const, text } }];
  assert.equal(calls.merge({ toolCallId: "1", status: "pending", content: content("Lists") }).output, null);
  const done = calls.merge({
    toolCallId: "1",
    status: "completed",
    content: content("```console\na\nb\n```"),
  });
  assert.equal(done.output, "a\nb");
});

test("closes open calls as failed only once, and leaves closed calls unchanged", () => {
  const calls = callsIn("/workspace");
  calls.merge({ toolCallId: "1", status: "completed" });
  calls.merge({ toolCallId: "2", status: "in_progress" });
  assert.deepEqual(
    calls.closeOpen().map((call) => [call.toolCallId, call.status]),
    [["2", "failed"]],
  );
  assert.deepEqual(calls.closeOpen(), []);
});

test("discards the oldest closed calls of a long prompt, but no open calls", () => {
  const calls = callsIn("/workspace");
  calls.merge({ toolCallId: "open", title: "Open" });
  for (let n = 0; n < 500; n++) calls.merge({ toolCallId: `${n}`, title: `Call ${n}`, status: "completed" });
  assert.equal(calls.merge({ toolCallId: "open", rawInput: { n: 1 } }).title, "Open");
  assert.equal(calls.merge({ toolCallId: "499", rawInput: { n: 1 } }).title, "Call 499");
  assert.equal(calls.merge({ toolCallId: "0", rawInput: { n: 1 } }).title, "Tool call");
});

test("resolves parent folders in paths, so that outside paths do not appear to be in the workspace", () => {
  const calls = callsIn("/workspace/repo");
  const paths = ["../../etc/passwd", "/workspace/repo/../../etc/passwd", "./a/../b.ts", "/tmp/x", ""];
  const call = calls.merge({
    toolCallId: "1",
    content: paths.map((path) => ({ type: "diff" as const, path, newText: "" })),
  });
  assert.deepEqual(
    call.diffs.map(({ path }) => path),
    ["/etc/passwd", "/etc/passwd", "/workspace/repo/b.ts", "/tmp/x", "/workspace/repo"],
  );
});

test("limits the number and the total size of diffs", () => {
  const calls = callsIn("/workspace");
  const diff = {
    type: "diff" as const,
    path: "p".repeat(10_000),
    oldText: "o".repeat(200_000),
    newText: "n".repeat(200_000),
  };
  const { diffs } = calls.merge({ toolCallId: "1", content: Array.from({ length: 5_000 }, () => diff) });
  assert.equal(diffs.length, 100);
  assert.equal(diffs[0]?.path.length, 4_096 + "/workspace/".length);
  assert.equal(
    diffs.reduce((sum, { oldText, newText }) => sum + oldText!.length + newText.length, 0),
    1_000_000,
  );
});

test("limits the number of open calls, and still closes them", () => {
  const { calls } = callsIn("/workspace");
  for (let n = 0; n < 500; n++) assert.notEqual(calls.merge({ toolCallId: `${n}` }), null);
  assert.equal(calls.merge({ toolCallId: "one more" }), null);
  assert.equal(calls.merge({ toolCallId: "0", status: "completed" })?.status, "completed");
  assert.equal(calls.merge({ toolCallId: "one more" })?.status, "pending");
  assert.equal(calls.closeOpen().length, 500);
});

test("limits the amount of text that it keeps for open and closed calls", () => {
  for (const status of ["completed", "in_progress"] as const) {
    const calls = callsIn("/workspace");
    const newText = "n".repeat(100_000);
    const content = Array.from({ length: 10 }, () => ({ type: "diff" as const, path: "a", newText }));
    for (let n = 0; n < 100; n++) {
      assert.equal(
        calls.merge({ toolCallId: `${n}`, status, content }).diffs.length,
        10,
        "every call keeps all its diffs",
      );
    }
    let kept = 0;
    for (let n = 0; n < 100; n++) kept += calls.merge({ toolCallId: `${n}`, title: "Again" }).diffs.length;
    assert.ok(kept <= 160, `${status}: keeps ${kept} diffs of 100,000 characters`);
  }
});

test("treats the names of inherited properties as ordinary text", () => {
  const calls = callsIn("/workspace");
  for (const word of ["__proto__", "constructor", "toString"]) {
    const call = calls.merge({
      toolCallId: word,
      status: word as "failed",
      kind: word as "other",
      title: word,
    });
    assert.deepEqual([call.toolCallId, call.status, call.kind, call.title], [word, "pending", "other", word]);
  }
  const rawInput = JSON.parse(
    '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
  );
  assert.match(calls.merge({ toolCallId: "input", rawInput }).input!, /"__proto__":\{"polluted":true\}/);
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});

test("replaces input with too much nesting", () => {
  const calls = callsIn("/workspace");
  const rawInput = JSON.parse(`${"[".repeat(500_000)}${"]".repeat(500_000)}`);
  assert.equal(calls.merge({ toolCallId: "1", rawInput }).input, "(nested too deeply to be shown)");
});

test("rejects an update with a field of the wrong type", () => {
  const calls = callsIn("/workspace");
  const bad = [
    { toolCallId: 1 },
    { toolCallId: "" },
    { toolCallId: "x".repeat(1_001) },
    { toolCallId: "1", title: ["x"] },
    { toolCallId: "1", content: [{ type: "diff", path: 7, newText: "" }] },
    { toolCallId: "1", content: [{ type: "diff", path: "a", newText: { length: 3 } }] },
    {
      toolCallId: "1",
      status: "completed",
      content: [{ type: "content", content: { type: "text", text: [] } }],
    },
  ];
  for (const part of bad) assert.throws(() => calls.merge(part as unknown as ToolCallUpdate), TypeError);
});

const meta = (key: string, data: string) => ({ _meta: { [key]: { terminal_id: "1", data } } });
const exit = (exit_code: unknown) => ({ _meta: { terminal_exit: { terminal_id: "1", exit_code } } });

test("joins terminal output, reports it each time its length doubles, and closes with the exit code", () => {
  const { calls } = callsIn("/workspace");
  const call = { toolCallId: "1", status: "in_progress" as const, kind: "execute" as const };
  const outputs: unknown[] = [];
  const merge = (part: object) => outputs.push(calls.merge({ ...call, ...part })?.output);
  merge({ title: "make", content: [{ type: "terminal", terminalId: "1" }] });
  merge(meta("terminal_output", "aa"));
  merge(meta("terminal_output_delta", "b"));
  merge(meta("terminal_output", "c"));
  assert.deepEqual(outputs, [null, "aa", undefined, "aabc"]);
  const closed = calls.merge({ ...call, status: "failed", ...exit(2) });
  assert.deepEqual([closed?.output, closed?.exitCode], ["aabc", 2]);
  assert.equal(calls.merge({ ...call, status: "failed" }), null);
});

test("does not duplicate output that the last update repeats", () => {
  const { merge } = callsIn("/workspace");
  merge({ toolCallId: "1", status: "in_progress", ...meta("terminal_output", "one\n") });
  const whole = { ...meta("terminal_output", "one\ntwo\n")._meta, ...exit(0)._meta };
  const closed = merge({ toolCallId: "1", status: "completed", _meta: whole });
  assert.deepEqual([closed.output, closed.exitCode], ["one\ntwo\n", 0]);
});

for (const [what, rawOutput, output, exitCode] of [
  ["next to the output", { output: "hi", metadata: { exit: 3, truncated: false } }, "hi", 3],
  ["alone", { exit_code: 1 }, null, 1],
  ["in the details", { details: { exitCode: 4 } }, '{"details":{"exitCode":4}}', 4],
  ["of an invalid type", { exit_code: "1", exitCode: Number.NaN }, null, null],
  [
    "under the name of an inherited property",
    { output: { length: 1 }, constructor: 1 },
    '{"output":{"length":1},"constructor":1}',
    null,
  ],
] as const) {
  test(`parses the exit code from the raw output: ${what}`, () => {
    const call = callsIn("/workspace").merge({ toolCallId: "1", status: "completed", rawOutput });
    assert.deepEqual([call.output, call.exitCode], [output, exitCode]);
  });
}

test("truncates endless output, and rejects output that is not text", () => {
  const { calls } = callsIn("/workspace");
  for (let n = 0; n < 100; n++)
    calls.merge({ toolCallId: "1", ...meta("terminal_output", "x".repeat(1_000)) });
  const closed = calls.merge({ toolCallId: "1", status: "completed" });
  assert.equal(closed?.output?.length, 16_000);
  const bad = { toolCallId: "1", _meta: { terminal_output: { data: 7 } } };
  assert.throws(() => calls.merge(bad), TypeError);
});

test("counts a call beyond the limit as dropped, and returns nothing for a fragment without changes", () => {
  let dropped = 0;
  const calls = new ToolCalls("/workspace", () => {
    dropped += 1;
  });
  for (let n = 0; n < 501; n++) calls.merge({ toolCallId: `${n}`, status: "in_progress" });
  assert.equal(dropped, 1);
  assert.equal(calls.merge({ toolCallId: "1", status: "in_progress" }), null);
  assert.equal(dropped, 1);
});
