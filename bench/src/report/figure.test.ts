import assert from "node:assert/strict";
import { test } from "node:test";
import { boundOf, describeGoal, type Figure, formatValue, isMet, ratioOf } from "./figure.ts";
import { renderRun, renderTable } from "./table.ts";

const session: Figure = {
  name: "whole session",
  unit: "s",
  product: 2.4,
  floor: 2,
  goal: { bound: "at most", factor: 1.1, plus: 0.3 },
  runs: 10,
};

test("calculates a relative goal from the floor", () => {
  assert.equal(boundOf(session), 2.5);
  assert.equal(isMet(session), true);
  assert.equal(isMet({ ...session, product: 2.51 }), false);
  assert.equal(isMet({ ...session, floor: 1 }), false);
});

test("uses the larger of a relative and an absolute bound", () => {
  const goal = { bound: "at most", factor: 3, orPlus: 20 } as const;
  const latency: Figure = { ...session, unit: "ms", product: 19, floor: 2, goal };
  assert.equal(boundOf(latency), 20);
  assert.equal(boundOf({ ...latency, floor: 10 }), 30);
  assert.equal(describeGoal(latency), "<= 3.00 x or 20 ms = 20 ms");
});

test("shows counts as whole numbers", () => {
  assert.equal(formatValue(5, "statements"), "5 statements");
  assert.equal(formatValue(1, "programs"), "1 program");
});

test("requires a rate of at least its goal", () => {
  const rate: Figure = {
    ...session,
    unit: "per s",
    product: 590,
    floor: 1000,
    goal: { bound: "at least", factor: 0.6 },
  };
  assert.equal(isMet(rate), false);
  assert.equal(isMet({ ...rate, product: 600 }), true);
});

test("accepts an absolute goal without a floor", () => {
  const memory: Figure = {
    ...session,
    unit: "MB",
    product: 240,
    floor: null,
    goal: { bound: "at most", plus: 250 },
  };
  assert.equal(isMet(memory), true);
  assert.equal(ratioOf(memory), null);
  assert.equal(describeGoal(memory), "<= 250 MB");
});

test("shows another product, the machine, the date and the command in the table of a run", () => {
  const peer = { name: "other 1.0", value: 3 };
  const result = {
    name: "session",
    date: "2026-11-30T12:00:00.000Z",
    command: "npm run bench -- session",
    machine: { cpu: "CPU", cores: 2, memoryGb: 24, node: "v24", kernel: "6" },
    loadBefore: 1,
    loadAfter: 1,
    figures: [{ ...session, peer }],
    notes: [],
    isWarm: true,
  };
  const [head, , row] = renderRun([result]).split("\n");
  assert.match(head!, / machine +date +command$/);
  assert.match(row!, / 2\.00 s +3\.00 s \(other 1\.0\) +2\.40 s /);
  assert.match(row!, / CPU, 2 cores, 24 GB +2026-11-30 +npm run bench -- session$/);
});

test("shows in the table whether each figure meets its goal", () => {
  const table = renderTable([
    session,
    { ...session, name: "slow", product: 9 },
    { ...session, name: "free", goal: null },
  ]);
  const [head, , met, missed, free] = table.split("\n");
  assert.match(head!, /figure +floor +peer +product +ratio +goal +met/);
  assert.match(met!, /whole session +2\.00 s +- +2\.40 s +1\.20 +<= 1\.10 x \+ 0\.3 s = 2\.50 s +yes/);
  assert.match(missed!, /slow .* NO$/);
  assert.match(free!, /free .* - +-$/);
});
