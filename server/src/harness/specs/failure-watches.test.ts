import assert from "node:assert/strict";
import { test } from "node:test";
import type { FailureWatch } from "../launch-spec.ts";
import { watchCodex, watchPi } from "./failure-watches.ts";

function after(watch: FailureWatch, ...updates: unknown[]): string | null {
  for (const update of updates) watch.observe(update);
  return watch.failure();
}

const text = (words: string) => ({
  sessionUpdate: "agent_message_chunk",
  content: { type: "text", text: words },
});
const codex = (more: object) => ({ sessionUpdate: "session_info_update", _meta: { codex: more } });
const call = { sessionUpdate: "tool_call", toolCallId: "1" };

test("detects a failure of Codex's model from its thread status, and ignores retries that succeed", () => {
  const trying = codex({ error: { message: "Reconnecting... 1/3", additionalDetails: "status 429" } });
  assert.equal(after(watchCodex(), trying, text("done")), null);
  assert.equal(after(watchCodex(), trying, codex({ threadStatus: { type: "systemError" } })), "status 429");
  const failed = codex({ threadStatus: { type: "systemError" } });
  assert.equal(after(watchCodex(), text("I begin."), failed, text("status 429")), "status 429");
  assert.equal(after(watchCodex(), codex({ threadStatus: { type: "idle" } })), null);
});

test("reports that Pi's model failed if it printed only retries, from the start or since the last tool call", () => {
  const tries = [text("Retrying (attempt 1/3, waiting 2s)..."), text("Retry finished, resuming.")];
  assert.equal(after(watchPi()), "it gave no response");
  assert.equal(after(watchPi(), ...tries), "it gave no response");
  assert.equal(after(watchPi(), text("I look."), call, ...tries), "it gave no response");
  assert.equal(after(watchPi(), ...tries, text("Done.")), null);
  assert.equal(after(watchPi(), call, text("Done.")), null);
});

test("detects no failure in malformed updates", () => {
  for (const watch of [watchCodex(), watchPi()]) {
    for (const update of [null, 7, {}, { _meta: null }, { _meta: { codex: 1 } }, text("Done.")])
      watch.observe(update);
    assert.equal(watch.failure(), null);
  }
});
