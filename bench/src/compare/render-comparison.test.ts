import assert from "node:assert/strict";
import { test } from "node:test";
import { renderComparison } from "./render-comparison.ts";

const figure = {
  name: "list sessions",
  base: 10,
  head: 12,
  rounds: 40,
  verdict: { ratio: 1.2, low: 1.12, high: 1.28, isWorse: true },
};

test("shows the ratio and its interval, and names what is slower", () => {
  const lines = renderComparison("abc", [figure]).split("\n");
  assert.match(lines[2]!, /list sessions +10 ms +12 ms +1\.200 +1\.120 to 1\.280 +40 +YES$/);
  assert.equal(lines.at(-1), "list sessions: 20 % slower than abc.");
});

test("reports that no figure is worse", () => {
  const same = { ...figure, verdict: { ratio: 1, low: 0.9, high: 1.1, isWorse: false } };
  assert.match(renderComparison("abc", [same]), /No figure is at least 15 % worse than abc\.$/);
});
