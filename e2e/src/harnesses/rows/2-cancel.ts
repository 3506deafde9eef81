import assert from "node:assert/strict";
import type { SessionEvent } from "@tembo/contract";
import { endings, ofType, processesWith, sandboxProcesses } from "../../support/index.ts";
import type { Bench, Row } from "../row.ts";

export const rows: readonly Row[] = [
  {
    name: "cancel while text",
    does: "stops while the model streams",
    run: (bench) => stopDuring(bench, "SCRIPT(endless)", ({ eventType }) => eventType === "text"),
  },
  {
    name: "cancel while tool",
    does: "stops while a command runs, and continues with the next message",
    run: (bench) => stopDuring(bench, "SCRIPT(sleepTool(90))", ({ eventType }) => eventType === "toolCall"),
  },
];

async function stopDuring(
  { world, start }: Bench,
  script: string,
  isThere: (event: SessionEvent) => boolean,
): Promise<void> {
  const session = await start(`Go. ${script}`);
  await world.until(session.id, isThere);
  await world.client.session.stop(session.id);
  const events = await world.ended(session.id);
  assert.deepEqual(
    endings(events).map(({ eventType }) => eventType),
    ["turn.cancelled"],
  );
  const open = new Map(
    ofType(events, "toolCall").map(({ eventData }) => [eventData.toolCallId, eventData.status]),
  );
  for (const [id, status] of open)
    assert.match(String(status), /^(completed|failed)$/, `the tool call ${id} has ended`);
  assert.deepEqual(await processesWith(session.id), []);
  assert.deepEqual(await sandboxProcesses(world.uidBase), []);
  await world.client.session.messages.create(session.id, {
    content: 'Finish. SCRIPT(bash("echo still here"), say("Finished."))',
  });
  const after = await world.ended(session.id, 2);
  assert.equal(endings(after)[1]?.eventType, "turn.completed");
}
