import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { SessionEvent } from "@tembo/contract";
import { assertSeamless, endings, ofType, startWorld, type World } from "../support/index.ts";

let world: World;

before(async () => {
  world = await startWorld();
});
after(async () => {
  await world.close();
});

const isCommandRunning = ({ eventType, eventData }: SessionEvent) =>
  eventType === "toolCall" && eventData.kind === "execute" && eventData.input !== null;

async function busySession() {
  const session = await world.client.session.create({ prompt: "Be busy. SCRIPT(sleepTool(60))" });
  await world.until(session.id, isCommandRunning);
  return session.id;
}

const steer = (sessionId: string, content: string) =>
  world.client.messages.create({ sessionId, content, deliveryMode: "steer" });

test("a message that steers is worked in the turn that runs", async () => {
  const id = await busySession();
  const { message, hotPath } = await steer(id, 'Rather say it. SCRIPT(say("Steered."))');
  assert.equal(hotPath?.mode, "steered");
  const events = await world.ended(id);
  assertSeamless(events);
  assert.deepEqual(
    endings(events).map(({ eventType }) => eventType),
    ["turn.completed"],
  );
  const [steered, ...others] = ofType(events, "message.steered");
  assert.deepEqual(others, []);
  assert.equal(steered?.messageId, message.id);
  assert.ok(["injected", "restarted"].includes(String(steered?.eventData.how)));
  assert.equal(ofType(events, "text").at(-1)?.eventData.text, "Steered.");
  const { items } = await world.client.session.messages.list(id);
  assert.deepEqual(
    items.map(({ state, deliveryMode, turnId }) => [state, deliveryMode, turnId]),
    [
      ["completed", "queue", items[0]!.turnId],
      ["completed", "steer", items[0]!.turnId],
    ],
  );
});

test("with nothing running it is the next message", async () => {
  const session = await world.client.session.create({ prompt: 'Say. SCRIPT(say("First."))' });
  await world.ended(session.id);
  const { hotPath } = await steer(session.id, 'Say. SCRIPT(say("Second."))');
  assert.equal(hotPath?.mode, "started");
  const events = await world.ended(session.id, 2);
  assert.deepEqual(
    endings(events).map(({ eventType }) => eventType),
    ["turn.completed", "turn.completed"],
  );
  assert.deepEqual(ofType(events, "message.steered"), []);
  assert.equal(ofType(events, "text").at(-1)?.eventData.text, "Second.");
});

test("it comes before what waits for a turn of its own", async () => {
  const id = await busySession();
  await world.client.session.messages.create(id, { content: 'Later. SCRIPT(say("Queued."))' });
  await steer(id, 'Now. SCRIPT(say("Steered."))');
  const events = await world.ended(id, 2);
  assert.deepEqual(
    ofType(events, "text").map(({ eventData }) => eventData.text),
    ["Steered.", "Queued."],
  );
});
