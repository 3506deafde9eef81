import assert from "node:assert/strict";
import { it } from "node:test";
import type { EventOf } from "@tembo-io/sdk";
import { findCurrentStep, findRunningPlan } from "./current-step.ts";
import { completed, started, transcriptOf } from "./testing/transcript-of.ts";

type Status = EventOf<"plan">["entries"][number]["status"];
const entries = (...statuses: readonly Status[]) =>
  statuses.map((status, index) => ({ content: `Step ${index + 1}`, status }));

it("finds the step in progress, the next step between two, and the last step at the end", () => {
  for (const [statuses, expected] of [
    [["completed", "inProgress", "pending"], 2],
    [["completed", "completed", "pending"], 3],
    [["completed", "completed"], 2],
  ] as const)
    assert.equal(findCurrentStep(entries(...statuses)).number, expected);
});

it("finds the task list of the running turn only", () => {
  const plan = { type: "plan", entries: entries("pending") } as const;
  assert.equal(findRunningPlan(transcriptOf(started, plan))?.key, "plan:t1");
  assert.equal(findRunningPlan(transcriptOf(started, plan, completed)), null);
  assert.equal(findRunningPlan(transcriptOf(started, plan, completed, { ...started, turnId: "t2" })), null);
});
