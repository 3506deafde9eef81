import assert from "node:assert/strict";
import { test } from "node:test";
import { TaskSequence } from "./task-sequence.ts";

test("runs tasks in order, one at a time", async () => {
  const sequence = new TaskSequence();
  const steps: string[] = [];
  for (const name of ["a", "b"])
    sequence.add(async () => {
      steps.push(`${name} starts`);
      await new Promise((resolve) => setImmediate(resolve));
      steps.push(`${name} ends`);
    });
  await sequence.settled();
  assert.deepEqual(steps, ["a starts", "a ends", "b starts", "b ends"]);
});

test("starts no task after a failure, and rejects settled() with the error", async () => {
  const sequence = new TaskSequence();
  sequence.add(() => Promise.reject(new Error("broke")));
  sequence.add(() => assert.fail("the task must not start"));
  // An unhandled rejection would fail this test.
  await new Promise((resolve) => setImmediate(resolve));
  await assert.rejects(sequence.settled(), /broke/);
});
