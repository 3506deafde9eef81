import assert from "node:assert/strict";
import { test } from "node:test";
import { describeLoss, type Loss } from "./describe-loss.ts";

const older: Loss = {
  hasWorked: false,
  isFirst: false,
  savedAt: new Date(0),
  isCurrent: false,
  hasPrompt: false,
  hasOlder: false,
};

test("returns null if the newest files are restored, or if there were none", () => {
  assert.equal(describeLoss({ ...older, isCurrent: true }), null);
  assert.equal(describeLoss({ ...older, isCurrent: true, hasWorked: true, hasPrompt: true }), null);
  assert.equal(describeLoss({ ...older, isFirst: true, savedAt: null }), null);
});

test("explains that nothing was saved, and what the workspace has", () => {
  for (const change of [{}, { isFirst: true, hasWorked: true }])
    assert.match(describeLoss({ ...older, ...change, savedAt: null })!, /were not saved.*pushed commits/);
  assert.match(describeLoss({ ...older, savedAt: null, hasOlder: true })!, /last had on this machine/);
});

test("explains whether a turn starts again or continues from older files", () => {
  assert.match(describeLoss(older)!, /not available.*1970-01-01T00:00:00\.000Z\.$/);
  assert.match(describeLoss({ ...older, hasWorked: true })!, /1970.*starts again\.$/);
  assert.match(describeLoss({ ...older, hasWorked: true, hasPrompt: true })!, /1970.*continues from them\.$/);
});
