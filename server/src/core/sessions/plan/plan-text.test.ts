import assert from "node:assert/strict";
import { test } from "node:test";
import { planTextOf } from "./plan-text.ts";

const plan = '# Do it\n\nSay "yes", then \\ and \u00e9 and \u{1f600}.';
const input = JSON.stringify({ file: "/p.md", plan });

test("reads the plan field of the input", () => {
  assert.equal(planTextOf(input), plan);
});

test("recovers the available part of the plan from input truncated at any point", () => {
  const start = input.indexOf("# Do it");
  for (let end = start + 1; end < input.length - 1; end += 1) {
    const text = planTextOf(input.slice(0, end));
    assert.ok(text !== null, `cut at ${end}`);
    const [kept = ""] = text.split("\n\n(The end of the plan");
    assert.ok(plan.startsWith(kept.toWellFormed().replace(/\uFFFD$/, "")), `cut at ${end}: ${kept}`);
  }
});

test("returns null for input without a plan", () => {
  for (const none of [
    null,
    "",
    "{}",
    '{"plan":""}',
    '{"plan":7}',
    '{"plan":null}',
    "[]",
    "null",
    '{"other":"x',
  ]) {
    assert.equal(planTextOf(none), null, String(none));
  }
});
