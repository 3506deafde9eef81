import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionEvent } from "@tembo-io/sdk";
import { recorded } from "../../../testing/fake-api.ts";
import { afterEvent, firstStatus, statusText } from "./watch-status.ts";

const began = Date.parse("2026-01-01T00:00:00.000Z");

function after(...events: object[]) {
  return (recorded(events) as SessionEvent[]).reduce(afterEvent, firstStatus);
}

const started = { type: "turn.started", turnId: "t1", number: 1 };
const call = { type: "toolCall", toolCallId: "c1", title: "npm test", kind: "execute", status: "running" };
const usage = { inputTokens: 1_000, outputTokens: 200, cachedInputTokens: 34 };
const metered = { type: "turn.metered", ...usage, cacheWriteTokens: 0, costMicroUsd: 123_456 };

test("shows the phase, time, tokens and running tool", () => {
  assert.equal(statusText(after(), began), "connecting");
  assert.equal(statusText(after({ type: "turn.queued" }), began), "queued");
  const working = after(started, { type: "turn.step", step: "work", message: "" }, call);
  assert.equal(statusText(working, began + 65_000), "working · 1 min 5 s · npm test");
  assert.equal(
    statusText(after(started, { type: "usage", ...usage }), began + 3_600_000),
    "starting · 1 h · 1.2K tokens",
  );
});

test("replaces a turn's token count from the harness with the metered one, and adds up turns", () => {
  const two = after(started, { type: "usage", ...usage }, metered, started, { type: "usage", ...usage });
  assert.equal(statusText(two, began), "starting · 0 s · 2.5K tokens · $0.12");
});

test("shows the latest running tool call", () => {
  const second = { ...call, toolCallId: "c2", title: "ls" };
  assert.match(statusText(after(call, second), began), /· ls$/);
  assert.match(statusText(after(call, second, { ...second, status: "completed" }), began), /npm test$/);
  assert.equal(statusText(after(call, { type: "turn.failed" }), began), "failed");
});

test("shows needs you while a permission request is pending, but not after a question is answered", () => {
  const asked = after(started, { type: "permission.requested", permissionId: "p1" });
  assert.equal(statusText(asked, began), "needs you · 0 s");
  const answered = after(
    started,
    { type: "question.asked", questionId: "q1" },
    { type: "question.answered", questionId: "q1" },
  );
  assert.equal(statusText(answered, began), "starting · 0 s");
});

test("shows zero if the local clock is behind the server's", () => {
  assert.equal(statusText(after(started), began - 5_000), "starting · 0 s");
});
