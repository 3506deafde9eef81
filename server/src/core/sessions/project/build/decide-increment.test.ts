import assert from "node:assert/strict";
import { test } from "node:test";
import { countLeftIncrements, decideIncrement, type PreviousEnvironment } from "./decide-increment.ts";
import type { BuildTrigger } from "./project-build.ts";

const now = { foundation: "same", architecture: "x64" };
const origin = { commits: {}, foundation: "same", leftIncrements: 1 };
const previous: PreviousEnvironment = { origin, platform: { architecture: "x64", cpuFlags: [] } };
const decide = (trigger: BuildTrigger, change: Partial<PreviousEnvironment> = {}) =>
  decideIncrement({ trigger, isAfterFailure: false }, now, { ...previous, ...change });

test("starts a refresh from the active environment, but no build that a person requests", () => {
  assert.equal(decide("scheduled"), "incremental");
  assert.equal(decide("manual"), "whole");
  assert.equal(decide("rebuild"), "whole");
});

test("makes a whole build after an attempt or a build that failed", () => {
  const decideAfterFailure = (trigger: BuildTrigger) =>
    decideIncrement({ trigger, isAfterFailure: true }, now, previous);
  assert.equal(decideAfterFailure("scheduled"), "wholeAfterFailure");
  assert.equal(decideAfterFailure("manual"), "whole", "would be whole without the failure, too");
});

const wholes: Readonly<Record<string, Partial<PreviousEnvironment>>> = {
  "the environment of an earlier version": { origin: null },
  "other settings": { origin: { ...origin, foundation: "other" } },
  "four incremental builds": { origin: { ...origin, leftIncrements: 0 } },
  "another architecture": { platform: { architecture: "arm64", cpuFlags: [] } },
};
for (const [what, change] of Object.entries(wholes))
  test(`makes a whole build after ${what}`, () => {
    assert.equal(decide("scheduled", change), "whole");
  });

test("permits four incremental builds in a row, and none after one that failed", () => {
  const counts: number[] = [];
  for (let before: { readonly origin: typeof origin } | null = null; counts.at(-1) !== 0; ) {
    const leftIncrements = countLeftIncrements(before, true);
    counts.push(leftIncrements);
    before = { origin: { ...origin, leftIncrements } };
  }
  assert.deepEqual(counts, [4, 3, 2, 1, 0]);
  assert.equal(countLeftIncrements(null, false), 0);
});
