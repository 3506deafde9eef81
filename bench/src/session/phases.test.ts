import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionEvent } from "@tembo/contract";
import { describePhases, phasesOf } from "./phases.ts";

const sampleEvents: [ms: number, type: string, data?: object][] = [
  [0, "session.created"],
  [20, "turn.started"],
  [25, "turn.step", { step: "provision" }],
  [100, "turn.step", { step: "work" }],
  [900, "toolCall"],
  [1000, "text"],
  [1150, "usage"],
  [1150, "harness.ended"],
  [1250, "commit.created"],
  [1255, "turn.step", { step: "publish" }],
  [1280, "branch.pushed"],
  [1300, "pullRequest.opened"],
  [1305, "turn.completed"],
];

const events = sampleEvents.map(([ms, type, data], index): SessionEvent => {
  const createdAt = new Date(1_700_000_000_000 + ms).toISOString();
  return {
    id: index + 1,
    sessionId: "01a20e99-b23d-72f4-9f08-63c724b0590e",
    messageId: null,
    createdAt,
    eventType: type,
    provider: "tembo",
    eventData: { type, ...data } as SessionEvent["eventData"],
  };
});

test("the durations of a session's phases add up to its total duration", () => {
  const phases = phasesOf(events);
  assert.deepEqual(phases, [20, 80, 800, 100, 150, 100, 5, 25, 20, 5]);
  assert.equal(
    phases.reduce((sum, ms) => sum + ms, 0),
    1305,
  );
});

test("rejects a session with a missing event", () => {
  assert.throws(() => phasesOf(events.filter(({ eventType }) => eventType !== "branch.pushed")), /"push"/);
});

test("summarizes each phase by its median", () => {
  const [first] = describePhases(
    [
      [1, 0],
      [3, 0],
      [9, 0],
    ],
    ["clone", "rest"],
  );
  assert.match(first!, /3\.0 ms {2}clone$/);
});
