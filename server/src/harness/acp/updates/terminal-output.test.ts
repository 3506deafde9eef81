import assert from "node:assert/strict";
import { test } from "node:test";
import { ToolCalls } from "./tool-calls.ts";
import { usageOf } from "./translate-update.ts";

const fragment = (more: object) => ({ toolCallId: "1", ...more }) as Parameters<ToolCalls["merge"]>[0];

test("appends the terminal output that the adapter reports to the tool call, up to the limit", () => {
  const calls = new ToolCalls("/w");
  calls.merge(fragment({ status: "in_progress", content: [{ type: "terminal", terminalId: "1" }] }));
  calls.merge(fragment({ _meta: { terminal_output: { terminal_id: "1", data: "one\n" } } }));
  const done = calls.merge(
    fragment({ status: "completed", _meta: { terminal_output_delta: { terminal_id: "1", data: "two\n" } } }),
  );
  assert.equal(done?.output, "one\ntwo\n");
  const long = calls.merge(fragment({ _meta: { terminal_output: { data: "x".repeat(20_000) } } }));
  assert.equal(long?.output?.length, 16_000);
});

test("keeps the content if there is no terminal output, and rejects output that is not text", () => {
  const calls = new ToolCalls("/w");
  const content = [{ type: "content", content: { type: "text", text: "whole" } }];
  const call = calls.merge(fragment({ status: "completed", content }));
  assert.equal(call?.output, "whole");
  assert.throws(() => calls.merge(fragment({ _meta: { terminal_output: { data: 7 } } })), TypeError);
  for (const _meta of [{ terminal_output: null }, { terminal_output: "x" }, {}, null]) {
    assert.equal(
      calls.merge(fragment({ title: `told with ${JSON.stringify(_meta)}`, _meta }))?.output,
      "whole",
    );
  }
});

test("reads the usage from the metadata if the protocol reports none", () => {
  const quota = { token_count: { input_tokens: 7, output_tokens: 2 } };
  const usage = { type: "usage", inputTokens: 7, outputTokens: 2, cachedInputTokens: 0 };
  assert.deepEqual(usageOf({ stopReason: "end_turn", _meta: { quota } }, 99), usage);
  assert.deepEqual(usageOf({ stopReason: "end_turn", _meta: { quota: null } }, 99)?.inputTokens, 99);
});
