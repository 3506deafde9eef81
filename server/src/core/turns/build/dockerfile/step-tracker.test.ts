import assert from "node:assert/strict";
import { test } from "node:test";
import { StepTracker } from "./step-tracker.ts";

const stage = (from: number, run: number) => [
  { keyword: "FROM", line: from },
  { keyword: "RUN", line: run },
];
const parsed = { stages: [stage(1, 2), stage(3, 5)] };

function lastOf(...pieces: readonly string[]) {
  const tracker = new StepTracker();
  for (const piece of pieces) tracker.push(piece);
  return tracker.last(parsed);
}

test("finds the line of the last step, also if its text arrives in pieces", () => {
  assert.equal(lastOf("Trying to pull\n"), null);
  assert.deepEqual(lastOf("STEP 1/2: FROM a\nSTEP 2/", "2: RUN x\nx failed\n"), { text: "RUN x", line: 2 });
  assert.deepEqual(lastOf("[1/2] STEP 2/2: RUN x\n[2/2] STEP 2/2: RUN y\n"), { text: "RUN y", line: 5 });
});

test("names no line for a step that the Dockerfile does not have", () => {
  assert.deepEqual(lastOf("STEP 9/9: RUN forged\n"), { text: "RUN forged", line: null });
  assert.deepEqual(lastOf("STEP 1/2: RUN forged\n"), { text: "RUN forged", line: null });
  assert.equal(lastOf(`STEP 2/2: ${"x".repeat(100_000)}\n`)?.text.length, 300);
});
