import assert from "node:assert/strict";
import { test } from "node:test";
import { decideGoal, decideMissedGoal, goalInstruction } from "./decide-goal.ts";

const checked = { objective: "the tests pass", check: "npm test", maxRounds: 3 };
const goal = { objective: "the tests pass", check: null, maxRounds: 3 };
const failed = { kind: "check", exitCode: 2, output: "1 failed\n" } as const;
const answer = (text: string) => ({ kind: "answer", text }) as const;

test("marks the goal as reached when the check succeeds", () => {
  const output = "ok\n";
  const decision = decideGoal(checked, 1, { kind: "check", exitCode: 0, output });
  assert.deepEqual(decision, { isReached: true, output, next: null });
});

test("continues with the objective and the end of the check's output when the check fails", () => {
  const { isReached, next } = decideGoal(checked, 1, failed);
  assert.equal(isReached, false);
  assert.match(next!, /the tests pass.*npm test, failed with exit code 2.*1 failed/s);
  const long = decideGoal(checked, 1, { ...failed, output: `${"x".repeat(16_000)}end` });
  assert.ok(long.next!.length < 5_000 && long.next!.includes("end"));
});

test("sends no further prompt after the last round", () => {
  assert.equal(decideGoal(checked, 3, failed).next, null);
  assert.notEqual(decideGoal(checked, 2, failed).next, null, "control");
});

test("uses the last goal line of the harness's answer when there is no check", () => {
  const isReachedBy = (text: string) => decideGoal(goal, 1, answer(text)).isReached;
  assert.ok(isReachedBy("All pass.\nGOAL REACHED"));
  assert.ok(isReachedBy("**GOAL REACHED**"));
  assert.ok(isReachedBy("GOAL NOT REACHED: one\nThen fixed it.\nGOAL REACHED"));
  for (const text of [
    "",
    "The goal is reached.",
    "GOAL NOT REACHED: one fails",
    "GOAL REACHED\nGOAL NOT REACHED: no",
    "I say GOAL REACHED",
  ])
    assert.ok(!isReachedBy(text), text);
  assert.match(decideGoal(goal, 1, answer("GOAL NOT REACHED: one")).next!, /End your last message/);
});

test("explains in the message how the goal is checked", () => {
  assert.match(goalInstruction(goal), /the tests pass.*"GOAL REACHED"/s);
  assert.match(goalInstruction(checked), /the tests pass.*exit code is 0: npm test/s);
});

test("reports a missed goal when the turn's last check failed", () => {
  const round = (number: number, isReached: boolean) =>
    ({ type: "goal.checked", round: number, isReached, output: "" }) as const;
  assert.equal(decideMissedGoal(checked, []), null);
  assert.equal(decideMissedGoal(checked, [round(1, false), round(2, true)]), null);
  assert.deepEqual(decideMissedGoal(checked, [round(1, false), round(2, false)]), {
    code: "goal_not_reached",
    message: "The goal was not reached in 2 rounds. This check still fails: npm test",
  });
  assert.match(decideMissedGoal(goal, [round(1, false)])!.message, /^The goal was not reached in 1 round\.$/);
});
