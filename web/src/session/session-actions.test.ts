import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionState } from "../components/state-mark.tsx";
import { canEdit, canSendAgain, canStop } from "./session-actions.ts";

test("a session can be stopped while a turn is running or queued", () => {
  const offered: Readonly<Record<SessionState, boolean>> = {
    draft: false,
    queued: true,
    inProgress: true,
    completed: false,
    failed: false,
    cancelled: false,
  };
  for (const [state, isOffered] of Object.entries(offered))
    assert.equal(canStop(state as SessionState), isOffered, state);
});

test("a failed or stopped turn can be resent if its message is known", () => {
  const table = [
    ["completed", "m1", false],
    ["failed", "m1", true],
    ["cancelled", "m1", true],
    ["failed", null, false],
    ["cancelled", null, false],
  ] as const;
  for (const [outcome, messageId, isOffered] of table)
    assert.equal(canSendAgain({ outcome, messageId }), isOffered, `${outcome}, message ${messageId}`);
});

test("offers to edit a queued message only to its sender", () => {
  assert.equal(canEdit("ada", "ada"), true);
  assert.equal(canEdit("grace", "ada"), false);
  assert.equal(canEdit(null, "ada"), false, "a message without a sender cannot be edited");
  assert.equal(canEdit(undefined, "ada"), false, "a message that is not loaded cannot be edited");
});
