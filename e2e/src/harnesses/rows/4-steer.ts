import assert from "node:assert/strict";
import { assertSeamless, endings, ofType } from "../../support/index.ts";
import { aPicture } from "../../support/picture.ts";
import { resultsOf } from "../../support/tool-results.ts";
import type { Bench, Row } from "../row.ts";

export const rows: readonly Row[] = [
  { name: "steer", does: "accepts a message during a running turn", run: steer },
  { name: "image attachment", does: "receives a picture and a file", run: attach },
];

async function steer({ world, start }: Bench): Promise<void> {
  const { id } = await start("Be busy. SCRIPT(sleepTool(5))");
  await world.until(id, ({ eventType }) => eventType === "toolCall");
  const { message } = await world.client.messages.create({
    sessionId: id,
    content: 'Rather say it. SCRIPT(say("Steered."))',
    deliveryMode: "steer",
  });
  const events = await world.ended(id);
  assertSeamless(events);
  assert.deepEqual(
    endings(events).map(({ eventType }) => eventType),
    ["turn.completed"],
  );
  assert.deepEqual(
    ofType(events, "message.steered").map(({ messageId }) => messageId),
    [message.id],
  );
  const texts = ofType(events, "text").map(({ eventData }) => eventData.text);
  assert.match(texts.join(""), /Steered\./);
}

async function attach({ world, harness }: Bench): Promise<void> {
  const { attachments } = world.client;
  const content = new TextEncoder().encode("remember the milk\n") as Uint8Array<ArrayBuffer>;
  const notes = await attachments.create({ name: "notes.txt", content });
  const picture = await attachments.create({ name: "red.png", content: aPicture() });
  const session = await world.client.session.create({
    prompt: 'Look. SCRIPT(bash("cat ~/attachments/*/notes.txt; ls ~/attachments/*"), say("Seen."))',
    agent: harness,
    attachments: [notes.id, picture.id],
  });
  const events = await world.ended(session.id);
  assert.equal(endings(events)[0]?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
  const results = resultsOf(events).join("\n");
  assert.match(results, /remember the milk/);
  assert.match(results, /red\.png/);
}
