import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isEnded,
  sessionStatusOf,
  turnActions,
  turnStatusAfter,
  turnStatuses,
  turnTransitions,
} from "./turn-states.ts";

test("has at most one result for each status and action", () => {
  const keys = turnTransitions.map(({ from, action }) => `${from} ${action}`);
  assert.equal(new Set(keys).size, keys.length);
});

test("leads to every status, and from every status that is not an end to an end", () => {
  const reached = new Set(turnTransitions.map(({ to }) => to));
  assert.deepEqual([...reached].sort(), [...turnStatuses].sort());
  for (const status of turnStatuses.filter((one) => !isEnded(one)))
    assert.ok(
      turnActions.some((action) => isEnded(turnStatusAfter(status, action) ?? "queued")),
      status,
    );
});

test("never changes a turn that has ended", () => {
  assert.deepEqual(turnStatuses.filter(isEnded), ["completed", "failed", "cancelled"]);
  for (const status of turnStatuses.filter(isEnded))
    assert.deepEqual(
      turnActions.filter((action) => turnStatusAfter(status, action) !== null),
      [],
    );
});

test("derives the session's status from its newest turn", () => {
  assert.deepEqual([null, ...turnStatuses].map(sessionStatusOf), [
    "draft",
    "queued",
    "inProgress",
    "completed",
    "failed",
    "cancelled",
  ]);
});
