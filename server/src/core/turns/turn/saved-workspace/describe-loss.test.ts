import assert from "node:assert/strict";
import { test } from "node:test";
import { describeLoss, type Loss } from "./describe-loss.ts";

const between: Loss = { hasWorked: false, isFirst: false, savedAt: new Date(0), hasPrompt: false };

test("is silent if a session moves between turns with its saved files, or before it has any", () => {
  assert.equal(describeLoss(between), null);
  assert.equal(describeLoss({ ...between, isFirst: true, savedAt: null }), null);
});

test("explains that nothing was saved", () => {
  for (const change of [{}, { isFirst: true, hasWorked: true }])
    assert.match(describeLoss({ ...between, ...change, savedAt: null })!, /were not saved.*pushed commits/);
});

test("explains whether a turn starts again or continues", () => {
  assert.match(describeLoss({ ...between, hasWorked: true })!, /1970-01-01T00:00:00.*starts again\.$/);
  assert.match(
    describeLoss({ ...between, hasWorked: true, hasPrompt: true })!,
    /1970-01-01T00:00:00.*continues from them\. Later changes are lost\.$/,
  );
});
