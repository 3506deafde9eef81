import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionEvent } from "@tembo-io/sdk";
import { announcedCommands } from "./announced-commands.ts";

const event = (eventType: string, eventData: object = {}) =>
  ({ eventType, eventData: { type: eventType, ...eventData } }) as unknown as SessionEvent;

test("uses the latest commands of the current harness, and none of an earlier harness", () => {
  const first = event("availableCommands", { commands: [{ name: "old", description: "Old" }] });
  const second = event("availableCommands", {
    commands: [{ name: "new", description: "", inputHint: null }],
  });
  assert.equal(announcedCommands([event("turn.started")]), null);
  assert.deepEqual(announcedCommands([first, second, event("turn.completed")]), [
    { name: "new", description: "" },
  ]);
  assert.equal(announcedCommands([first, event("session.agentChanged")]), null);
});
