import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionEvent } from "@tembo-io/sdk";
import { toldCommands } from "./told-commands.ts";

const event = (eventType: string, eventData: object = {}) =>
  ({ eventType, eventData: { type: eventType, ...eventData } }) as unknown as SessionEvent;

test("the last that the harness said counts, and nothing of the harness before it", () => {
  const first = event("availableCommands", { commands: [{ name: "old", description: "Old" }] });
  const second = event("availableCommands", {
    commands: [{ name: "new", description: "", inputHint: null }],
  });
  assert.equal(toldCommands([event("turn.started")]), null);
  assert.deepEqual(toldCommands([first, second, event("turn.completed")]), [
    { name: "new", description: "" },
  ]);
  assert.equal(toldCommands([first, event("session.agentChanged")]), null);
});
