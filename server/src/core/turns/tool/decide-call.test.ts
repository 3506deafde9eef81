import assert from "node:assert/strict";
import { test } from "node:test";
import { decideCall, maxCallsPerMinute, maxCallsPerTurn } from "./decide-call.ts";

const now = new Date("2026-01-02T03:04:05Z");
const none = { total: 0, ofTool: 0, recent: [], running: 0 };
const tool = { name: "set_title", maxCallsPerTurn: 10 };
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);

test("admits a call below every limit", () => {
  assert.equal(decideCall(none, tool, now), null);
  const busy = { total: maxCallsPerTurn - 1, ofTool: 9, running: 3 };
  assert.equal(decideCall({ ...none, ...busy }, tool, now), null);
});

test("rejects a call at each limit with a message that names the limit", () => {
  assert.match(
    decideCall({ ...none, ofTool: 10 }, tool, now)!,
    /set_title can be called at most 10 times in a turn/,
  );
  assert.match(decideCall({ ...none, total: maxCallsPerTurn }, tool, now)!, /500 times in a turn/);
  assert.match(decideCall({ ...none, running: 4 }, tool, now)!, /Wait until one/);
});

test("rejects too many calls within a minute but not over a longer time", () => {
  const recent = Array.from({ length: maxCallsPerMinute }, () => ago(30));
  assert.match(decideCall({ ...none, recent }, tool, now)!, /Wait a minute/);
  assert.equal(decideCall({ ...none, recent: [ago(61), ...recent.slice(1)] }, tool, now), null);
});
