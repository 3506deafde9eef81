import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { SessionEvent } from "@tembo/contract";
import { ConflictError } from "@tembo-io/sdk";
import {
  API_KEY,
  assertSeamless,
  endings,
  ofType,
  remoteFile,
  startWorld,
  type World,
} from "../../support/index.ts";

let world: World;

before(async () => {
  world = await startWorld();
});
after(async () => {
  await world.close();
});

const isCommandRunning = ({ eventData }: SessionEvent) =>
  eventData.type === "toolCall" && eventData.kind === "execute" && eventData.input !== null;

async function busySession() {
  const session = await world.client.session.create({ prompt: "Be busy. SCRIPT(sleepTool(60))" });
  await world.until(session.id, isCommandRunning);
  return session.id;
}

const steer = (sessionId: string, content: string) =>
  world.client.messages.create({ sessionId, content, deliveryMode: "steer" });

test("steers the running turn with a message", async () => {
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

test("steers a turn whose command has been running for several seconds", async () => {
  const id = await busySession();
  // Waits, because Claude Code delivers messages in a different way once a command has run for four seconds.
  await wait(6_000);
  await steer(id, 'Rather say it. SCRIPT(say("Steered."))');
  const events = await world.ended(id);
  assertSeamless(events);
  assert.equal(ofType(events, "message.steered").length, 1);
  assert.deepEqual(
    ofType(events, "text").map(({ eventData }) => eventData.text),
    ["Steered."],
  );
});

test("starts a turn with the message if no turn is running", async () => {
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

test("processes a steering message before queued messages", async () => {
  const id = await busySession();
  await world.client.session.messages.create(id, { content: 'Later. SCRIPT(say("Queued."))' });
  await steer(id, 'Now. SCRIPT(say("Steered."))');
  const events = await world.ended(id, 2);
  assert.deepEqual(
    ofType(events, "text").map(({ eventData }) => eventData.text),
    ["Steered.", "Queued."],
  );
});

test("steers the running turn with a queued message and its attachment", async () => {
  const id = await busySession();
  const { attachments, messages, session } = world.client;
  const notes = await attachments.create({ name: "notes.txt", content: new Blob(["remember"]) });
  await session.messages.create(id, { content: 'Later. SCRIPT(say("Queued."))' });
  const { message } = await session.messages.create(id, {
    content: 'Look. SCRIPT(bash("cat ~/attachments/*/notes.txt"), say("Read."))',
    attachments: [notes.id],
  });
  const steered = await messages.update(message.id, { deliveryMode: "steer" });
  assert.equal(steered.id, message.id);
  const events = await world.ended(id, 2);
  assertSeamless(events);
  assert.deepEqual(
    ofType(events, "message.steered").map(({ messageId }) => messageId),
    [message.id],
  );
  assert.deepEqual(
    ofType(events, "text").map(({ eventData }) => eventData.text),
    ["Read.", "Queued."],
  );
  const printed = ofType(events, "toolCall").map(({ eventData }) => eventData.output);
  assert.ok(printed.some((output) => String(output).includes("remember")));
  const again = await messages.update(message.id, { deliveryMode: "steer" });
  assert.deepEqual([again.id, again.isQueued], [message.id, false]);
  const [first] = (await session.messages.list(id)).items;
  await assert.rejects(messages.update(first!.id, { deliveryMode: "steer" }), ConflictError);
});

const appends = 'Note it. SCRIPT(bash("echo noted >> noted.txt; echo done"), say("Noted."))';
const isStep = (step: string) => (event: SessionEvent) =>
  event.eventData.type === "turn.step" && event.eventData.step === step;

/** Asserts that the running turn received the message once and that the agent did the message's work once. */
async function assertGivenOnce(sessionId: string, repositoryUrl: string): Promise<void> {
  const events = await world.ended(sessionId);
  assertSeamless(events);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
  assert.equal(ofType(events, "message.steered").length, 1);
  const { branchName } = await world.client.session.retrieve(sessionId);
  assert.equal(await remoteFile(repositoryUrl, API_KEY, branchName!, "noted.txt"), "noted");
}

const moments: Readonly<Record<string, (event: SessionEvent) => boolean>> = {
  "while the setup hooks run": isStep("setUp"),
  "while the harness works": isCommandRunning,
};

for (const [index, [name, isThere]] of Object.entries(moments).entries()) {
  test(`kill -9 after a steering message was stored, ${name}: the message is delivered exactly once`, async () => {
    const repository = await world.repository(`steer-kill-${index}/app`, {
      "a.txt": "1\n",
      ".tembo.json": '{"setupScript":"sleep 2"}',
    });
    const session = await world.client.session.create({
      prompt: "Be busy. SCRIPT(sleepTool(60))",
      repositories: [repository.url],
    });
    await world.until(session.id, isThere);
    await steer(session.id, appends);
    await world.tembo.kill();
    await world.restart();
    await assertGivenOnce(session.id, repository.url);
  });
}

test("kill -9 after a steering message was injected: the message is delivered exactly once", async () => {
  const repository = await world.repository("steer-kill-after/app", { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt: "Be busy. SCRIPT(sleepTool(60))",
    repositories: [repository.url],
  });
  await world.until(session.id, isCommandRunning);
  await steer(session.id, appends);
  await world.until(session.id, ({ eventType }) => eventType === "message.steered");
  await world.tembo.kill();
  await world.restart();
  await assertGivenOnce(session.id, repository.url);
});
