import assert from "node:assert/strict";
import { test } from "node:test";
import { isHarnessOutput } from "./harness-output.ts";

test("counts output of the agent as its first event, but not its list of commands or its usage", () => {
  for (const eventType of ["text", "thought", "toolCall", "plan"] as const)
    assert.equal(isHarnessOutput({ eventType }), true, eventType);
  for (const eventType of ["availableCommands", "usage", "turn.step", "turn.started"] as const)
    assert.equal(isHarnessOutput({ eventType }), false, eventType);
});
