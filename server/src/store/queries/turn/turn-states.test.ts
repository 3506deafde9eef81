import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import {
  type TurnAction,
  type TurnStatus,
  turnActions,
  turnStatusAfter,
  turnStatuses,
} from "../../../core/sessions/turn/turn-states.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

interface Place {
  readonly id: string;
  readonly sessionId: string;
  readonly messageId: string;
}

const error = { code: "git_failed", message: "The clone failed." };

/** Performs the action as its writer does, with the lease of the newest attempt. A refused action has no effect. */
async function act(action: TurnAction, place: Place): Promise<void> {
  const { turns } = t.store;
  const state = (await turns.find(place.id))?.state;
  const attempt = state?.status === "running" ? state.attempt : 1;
  const lease = { turnId: place.id, sessionId: place.sessionId, attempt };
  const calls: Readonly<Record<TurnAction, () => Promise<unknown>>> = {
    queue: () => turns.insert(place, someTime),
    claim: () => turns.claim(place.id, someTime),
    cancelQueued: () => turns.cancelQueued(place.id, someTime),
    complete: () => turns.end(lease, { status: "completed" }, someTime),
    fail: () => turns.end(lease, { status: "failed", error }, someTime),
    cancel: () => turns.end(lease, { status: "cancelled" }, someTime),
  };
  await calls[action]().catch((cause: { code?: string }) => assert.equal(cause.code, "fenced"));
}

/** Actions that lead to the status, along the table. */
function pathTo(status: TurnStatus | null): TurnAction[] {
  if (status === null) return [];
  const paths: { readonly at: TurnStatus | null; readonly actions: TurnAction[] }[] = [
    { at: null, actions: [] },
  ];
  for (const { at, actions } of paths) {
    if (at === status) return actions;
    for (const action of turnActions) {
      const to = turnStatusAfter(at, action);
      if (to !== null && paths.every((path) => path.at !== to))
        paths.push({ at: to, actions: [...actions, action] });
    }
  }
  return assert.fail(`The table does not lead to ${status}.`);
}

for (const from of [null, ...turnStatuses])
  test(`changes a turn that ${from === null ? "does not exist" : `is ${from}`} as the table of states shows`, async () => {
    for (const action of turnActions) {
      const { id: sessionId } = await t.addSession();
      const place = { id: newId(), sessionId, messageId: await t.addMessage(sessionId) };
      for (const earlier of pathTo(from)) await act(earlier, place);
      const before = (await t.store.turns.find(place.id))?.state.status ?? null;
      assert.equal(before, from);
      await act(action, place);
      const status = (await t.store.turns.find(place.id))?.state.status ?? null;
      assert.equal(status, turnStatusAfter(from, action) ?? from, `${action} of a turn that is ${from}`);
    }
  });
