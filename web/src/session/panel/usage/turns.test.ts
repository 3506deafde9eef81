import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionEvent } from "@tembo-io/sdk";
import { tokensOf, totalOf, turnsOf } from "./turns.ts";

let id = 0;
function event(type: string, seconds: number, data: Record<string, unknown> = {}): SessionEvent {
  id += 1;
  return {
    id,
    sessionId: "s",
    messageId: null,
    createdAt: `2026-01-01T00:00:${String(seconds).padStart(2, "0")}.000Z`,
    eventType: type,
    provider: "tembo",
    eventData: { type, ...data } as SessionEvent["eventData"],
  };
}
const usage = {
  requests: 2,
  unpricedRequests: 1,
  inputTokens: 10,
  cachedInputTokens: 100,
  cacheWriteTokens: 20,
  outputTokens: 5,
  costMicroUsd: 1_500,
};

test("calculates the tokens, cost and time of each turn", () => {
  const turns = turnsOf([
    event("turn.started", 1, { turnId: "a", number: 1 }),
    event("text", 2, { text: "words" }),
    event("turn.metered", 8, { turnId: "a", ...usage }),
    event("turn.failed", 9, { turnId: "a" }),
    event("turn.started", 10, { turnId: "b", number: 2 }),
  ]);
  assert.deepEqual(turns, [
    { number: 1, startedAt: "2026-01-01T00:00:01.000Z", endedAt: "2026-01-01T00:00:09.000Z", ...usage },
    { number: 2, startedAt: "2026-01-01T00:00:10.000Z", endedAt: null, ...totalOf([]) },
  ]);
  assert.deepEqual(totalOf(turns), usage);
  assert.equal(tokensOf(turns[0]!), 135);
});

test("keeps the first start time of a turn that another worker took over", () => {
  const turns = turnsOf([
    event("turn.started", 1, { turnId: "a", number: 1 }),
    event("turn.started", 5, { turnId: "a", number: 1 }),
    event("turn.metered", 6, { turnId: "unknown", ...usage }),
  ]);
  assert.deepEqual(
    turns.map(({ startedAt, requests }) => [startedAt, requests]),
    [["2026-01-01T00:00:01.000Z", 0]],
  );
});
