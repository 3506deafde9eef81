import assert from "node:assert/strict";
import { test } from "node:test";
import type { HarnessUpdate } from "../../../core/turns/index.ts";
import { FloodGate } from "./flood-gate.ts";

function gateOf(change: { burstUpdates?: number; burstChars?: number } = {}) {
  let now = 0;
  const gate = new FloodGate({
    burstUpdates: 8,
    updatesPerSecond: 2,
    burstChars: 10_000,
    charsPerSecond: 1_000,
    now: () => now,
    ...change,
  });
  const pass = (ms: number) => {
    now += ms;
  };
  return { gate, pass };
}

const text = (words: string): HarnessUpdate => ({ type: "text", text: words });
const call = (id: string, status: "running" | "completed"): HarnessUpdate => ({
  type: "toolCall",
  toolCallId: id,
  title: "Call",
  kind: "other",
  status,
  input: "i",
  output: "o",
  exitCode: null,
  diffs: [],
});
const ended: HarnessUpdate = { type: "harness.ended", stopReason: "endTurn" };
const droppedBy = (updates: readonly HarnessUpdate[]) =>
  updates.flatMap((update) => (update.type === "notice" ? [Number.parseInt(update.message, 10)] : []));

test("passes every update unchanged within the rate limit", () => {
  const { gate, pass } = gateOf();
  for (let n = 0; n < 100; n++) {
    assert.deepEqual(gate.pass(text(`${n}`)), [text(`${n}`)]);
    pass(500);
  }
  assert.deepEqual(gate.pass(ended), [ended]);
});

test("drops a flood of updates, and reports the number of dropped updates before the end", () => {
  const { gate } = gateOf();
  let passed = 0;
  for (let n = 0; n < 1_000; n++) passed += gate.pass(text("x")).length;
  assert.equal(passed, 8);
  const last = gate.pass(ended);
  assert.deepEqual(droppedBy(last), [992]);
  assert.deepEqual(last.at(-1), ended);
  assert.deepEqual(gate.flush(), [], "reports the drop once");
});

test("resumes only once there is enough capacity, starting with the notice", () => {
  const { gate, pass } = gateOf();
  for (let n = 0; n < 10; n++) gate.pass(text("x"));
  pass(500);
  assert.deepEqual(gate.pass(text("x")), [], "does not reopen with room for one update");
  pass(500);
  const [notice, update] = gate.pass(text("again"));
  assert.deepEqual(droppedBy([notice!]), [3]);
  assert.deepEqual(update, text("again"));
});

test("limits characters as well as updates", () => {
  const { gate } = gateOf();
  assert.equal(gate.pass(text("x".repeat(9_000))).length, 1);
  assert.equal(gate.pass(text("x".repeat(9_000))).length, 0);
  assert.equal(gate.pass(text("x")).length, 0, "the gate is closed");
});

test("in a flood, reports the end of a tool call whose start was reported, without its input and output", () => {
  const { gate } = gateOf();
  gate.pass(call("told", "running"));
  for (let n = 0; n < 10; n++) gate.pass(text("x"));
  gate.pass(call("untold", "running"));
  assert.deepEqual(gate.pass(call("untold", "completed")), []);
  const [end, ...more] = gate.pass(call("told", "completed"));
  assert.deepEqual(more, []);
  assert.ok(end?.type === "toolCall");
  assert.deepEqual([end.status, end.input, end.output], ["completed", null, null]);
  assert.deepEqual(gate.pass(call("told", "completed")), [], "once");
});

test("reports updates that were dropped earlier, and always passes usage", () => {
  const { gate } = gateOf({ burstUpdates: 0 });
  gate.noteDropped();
  const usage: HarnessUpdate = { type: "usage", inputTokens: 1, outputTokens: 1, cachedInputTokens: 0 };
  const updates = gate.pass(usage);
  assert.deepEqual(droppedBy(updates), [1]);
  assert.deepEqual(updates.at(-1), usage);
});
