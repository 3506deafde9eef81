import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { ConflictError, NotFoundError } from "@tembo-io/sdk";
import { assertSeamless, endings, ofType, startWorld, type World } from "../../support/index.ts";

let world: World;

before(async () => {
  world = await startWorld();
});
after(async () => {
  await world.close();
});

const answerWith = (words: string) => `Answer. SCRIPT(say(${JSON.stringify(words)}))`;

/** Starts a session that works until it is stopped. Queues messages behind its first message. */
async function busySession(...contents: readonly string[]) {
  const session = await world.client.session.create({ prompt: "Be busy. SCRIPT(sleepTool(60))" });
  await world.until(session.id, ({ eventType }) => eventType === "toolCall");
  const ids: string[] = [];
  for (const content of contents) {
    const { message } = await world.client.session.messages.create(session.id, { content });
    ids.push(message.id);
  }
  return { id: session.id, ids };
}

const waiting = async (sessionId: string) =>
  (await world.client.session.messages.list(sessionId, { state: "queued" })).items;

test("lists, edits, moves and deletes queued messages, and runs the result", async () => {
  const { id, ids } = await busySession(
    answerWith("One."),
    answerWith("Two."),
    answerWith("Three."),
    answerWith("Four."),
  );
  const [one, two, three, four] = ids as [string, string, string, string];
  assert.deepEqual(
    (await waiting(id)).map((message) => message.id),
    ids,
  );
  const edited = await world.client.messages.update(two, { content: answerWith("Two, edited.") });
  assert.deepEqual([edited.content, edited.isQueued], [answerWith("Two, edited."), true]);
  await world.client.messages.update(four, { position: 0 });
  await world.client.messages.update(three, { beforeMessageId: one });
  const deleted = await world.client.messages.delete(one);
  assert.deepEqual(deleted, {
    id: one,
    deleted: true,
    cancelledJobsCount: 0,
    cancelledSessionsCount: 0,
    deletedJobsCount: 0,
  });
  await assert.rejects(world.client.messages.retrieve(one), NotFoundError);
  assert.deepEqual(
    (await waiting(id)).map((message) => message.id),
    [four, three, two],
  );

  await world.client.session.stop(id);
  const events = await world.ended(id, 4);
  assertSeamless(events);
  assert.deepEqual(
    endings(events).map(({ eventType }) => eventType),
    ["turn.cancelled", "turn.completed", "turn.completed", "turn.completed"],
  );
  assert.deepEqual(
    ofType(events, "text").map(({ eventData }) => eventData.text),
    ["Four.", "Three.", "Two, edited."],
  );
  assert.deepEqual(ofType(events, "message.edited")[0]?.eventData.content, answerWith("Two, edited."));
  assert.deepEqual(
    ofType(events, "message.moved").map(({ messageId, eventData }) => [messageId, eventData.order]),
    [
      [four, [four, one, two, three]],
      [three, [four, three, one, two]],
    ],
  );
  assert.deepEqual(
    ofType(events, "message.deleted").map(({ messageId }) => messageId),
    [one],
  );
  const { items } = await world.client.session.messages.list(id);
  assert.deepEqual(
    items.map(({ state, content }) => [state, content]),
    [
      ["cancelled", "Be busy. SCRIPT(sleepTool(60))"],
      ["completed", answerWith("Four.")],
      ["completed", answerWith("Three.")],
      ["completed", answerWith("Two, edited.")],
    ],
  );
});

test("rejects changes to a message that a turn is already processing", async () => {
  const { id, ids } = await busySession(answerWith("Later."));
  const working = (await world.client.session.messages.list(id, { state: "working" })).items[0]!;
  assert.equal(working.isQueued, false);
  const refusal = (error: unknown) => {
    assert.ok(error instanceof ConflictError);
    assert.match(error.message, /because it is no longer queued/);
    return true;
  };
  for (const change of [{ content: "Other." }, { position: 3 }, { beforeMessageId: ids[0]! }])
    await assert.rejects(world.client.messages.update(working.id, change), refusal);
  await assert.rejects(world.client.messages.delete(working.id), refusal);
  await world.client.messages.delete(ids[0]!);
  await world.client.session.stop(id);
  await world.ended(id);
  assert.deepEqual(await waiting(id), []);
});

test("accepts a resent message with the same ID, and rejects different content for that ID", async () => {
  const { id } = await busySession();
  const message = { id: randomUUID(), sessionId: id, content: answerWith("Once.") };
  const first = await world.client.messages.create(message);
  assert.deepEqual(first.hotPath, { mode: "queued", queuedTurnId: null });
  assert.equal((await world.client.messages.create(message)).message.id, first.message.id);
  await assert.rejects(world.client.messages.create({ ...message, content: "Changed." }), ConflictError);
  assert.equal((await waiting(id)).length, 1);
  assert.equal((await world.client.messages.list({ sessionId: id })).items.length, 2);
  await world.client.session.stop(id);
  const events = await world.ended(id, 2);
  assert.equal(endings(events)[1]?.eventType, "turn.completed");
});
