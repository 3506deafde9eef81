import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import { aMessage, openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const fenced = { code: "fenced" };
const later = new Date(someTime.getTime() + 60_000);

test("queues, claims and ends a turn", async () => {
  const { id: sessionId } = await t.addSession();
  const messageId = await t.addMessage(sessionId);
  const id = newId();
  assert.deepEqual(await t.store.turns.insert({ id, sessionId, messageId }, someTime), { number: 1 });
  const queued = {
    id,
    sessionId,
    messageId,
    number: 1,
    createdAt: someTime,
    state: { status: "queued" },
    isStopRequested: false,
    isPromptSent: false,
  };
  assert.deepEqual(await t.store.turns.find(id), queued);
  assert.deepEqual(await t.store.turns.active(sessionId), queued);

  const running = { ...queued, state: { status: "running", attempt: 1, startedAt: someTime } };
  assert.deepEqual(await t.store.turns.claim(id, someTime), running);
  const lease = { turnId: id, sessionId, attempt: 1 };
  await t.store.turns.setPromptSent(lease, true);
  await t.store.turns.requestStop(id, later);
  assert.deepEqual(await t.store.turns.active(sessionId), {
    ...running,
    isPromptSent: true,
    isStopRequested: true,
  });

  await t.store.turns.end(lease, { status: "cancelled" }, later);
  assert.deepEqual((await t.store.turns.find(id))?.state, { status: "cancelled", endedAt: later });
  assert.equal(await t.store.turns.active(sessionId), null);
  assert.equal(await t.store.turns.claim(id, later), null, "an ended turn cannot be claimed");
});

test("neither finds nor claims an unknown turn", async () => {
  assert.equal(await t.store.turns.find(newId()), null);
  assert.equal(await t.store.turns.claim(newId(), someTime), null);
  assert.equal(await t.store.turns.cancelQueued(newId(), someTime), false);
});

test("increments the attempt on a claim, keeps the start time and fences the earlier attempt", async () => {
  const { id: sessionId } = await t.addSession();
  const first = await t.startTurn(sessionId);
  const again = await t.store.turns.claim(first.turnId, later);
  assert.deepEqual(again?.state, { status: "running", attempt: 2, startedAt: someTime });
  const { store } = t;
  await assert.rejects(store.turns.setPromptSent(first, true), fenced);
  await assert.rejects(store.turns.end(first, { status: "completed" }, later), fenced);
  await assert.rejects(store.sessions.suggestTitle(first, "Late"), fenced);
  await assert.rejects(store.conversations.save(first, "claudeCode", { id: "late", seenSeq: 1 }), fenced);
  await assert.rejects(store.sessions.setBaseSha(first, newId(), "late"), fenced);
  assert.equal((await store.sessions.get(sessionId)).title, "Fix the login");
  await store.turns.end({ ...first, attempt: 2 }, { status: "completed" }, later);
});

test("keeps the error of a failed turn, ignores the same end and fences a different one", async () => {
  const { id: sessionId } = await t.addSession();
  const lease = await t.startTurn(sessionId);
  const error = { code: "git_failed", message: "The clone failed\0." };
  await t.store.turns.end(lease, { status: "failed", error }, someTime);
  await t.store.turns.end(lease, { status: "failed", error }, later);
  await assert.rejects(t.store.turns.end(lease, { status: "completed" }, later), fenced);
  assert.deepEqual((await t.store.turns.find(lease.turnId))?.state, {
    status: "failed",
    endedAt: someTime,
    error: { code: "git_failed", message: "The clone failed\uFFFD." },
  });
});

test("fences a lease of another session's turn or of an unknown turn", async () => {
  const { id: sessionId } = await t.addSession();
  const other = await t.addSession();
  const lease = { ...(await t.startTurn(sessionId)), sessionId: other.id };
  await assert.rejects(t.store.turns.setPromptSent(lease, true), fenced);
  await assert.rejects(t.store.sessions.suggestTitle(lease, "Stolen"), fenced);
  await assert.rejects(t.store.turns.setPromptSent({ ...lease, turnId: newId() }, true), fenced);
});

test("cancels a queued turn only if no attempt has started it", async () => {
  const { id: sessionId } = await t.addSession();
  const queued = await t.addTurn(sessionId);
  assert.equal(await t.store.turns.cancelQueued(queued, someTime), true);
  assert.equal(
    await t.store.turns.cancelQueued(queued, later),
    true,
    "a repeated call returns the same result",
  );
  assert.deepEqual((await t.store.turns.find(queued))?.state, { status: "cancelled", endedAt: someTime });
  const { turnId } = await t.startTurn(sessionId);
  assert.equal(await t.store.turns.cancelQueued(turnId, someTime), false);
  assert.equal((await t.store.turns.active(sessionId))?.id, turnId);
});

test("allows only one active turn per session, even when many are queued concurrently", async () => {
  const { id: sessionId } = await t.addSession();
  const messages = await Promise.all(Array.from({ length: 10 }, () => t.addMessage(sessionId)));
  const tries = await Promise.allSettled(
    messages.map((messageId) => t.store.turns.insert({ id: newId(), sessionId, messageId }, someTime)),
  );
  const refused = tries.filter((one) => one.status === "rejected").map((one) => one.reason.code);
  assert.deepEqual(refused, Array(9).fill("conflict"));
});

test("numbers turns within their session, and returns the same number on a repeated insert", async () => {
  const { id: sessionId } = await t.addSession();
  for (const number of [1, 2, 3]) {
    const turn = { id: newId(), sessionId, messageId: await t.addMessage(sessionId) };
    assert.deepEqual(await t.store.turns.insert(turn, someTime), { number });
    assert.deepEqual(await t.store.turns.insert(turn, later), { number });
    await t.store.turns.cancelQueued(turn.id, someTime);
    assert.deepEqual(await t.store.turns.insert(turn, later), { number });
  }
});

test("returns the oldest message without a turn as the next one", async () => {
  const { id: sessionId } = await t.addSession();
  assert.equal(await t.store.messages.nextQueued(sessionId), null);
  const ids: string[] = [];
  for (const content of ["one", "two", "three"]) ids.push(await t.addMessage(sessionId, content));
  const message = aMessage({ id: ids[0]!, sessionId, content: "one" });
  assert.deepEqual(await t.store.messages.nextQueued(sessionId), message);
  await t.store.messages.insert({ ...message, content: "repeated" });
  assert.deepEqual(await t.store.messages.get(message.id), message);

  const turn = { id: newId(), sessionId, messageId: message.id };
  await t.store.turns.insert(turn, someTime);
  await t.store.messages.setTurn(message.id, turn.id);
  assert.equal((await t.store.messages.get(message.id)).turnId, turn.id);
  assert.equal((await t.store.messages.nextQueued(sessionId))?.id, ids[1]);
  await assert.rejects(t.store.messages.get(newId()), { code: "not_found" });
  await assert.rejects(t.store.messages.setTurn(newId(), turn.id), { code: "not_found" });
});

test("allows a message to reference its turn before the turn is inserted in the same transaction", async () => {
  const { id: sessionId } = await t.addSession();
  const turn = { id: newId(), sessionId, messageId: newId() };
  const message = aMessage({ id: turn.messageId, sessionId, content: "x", turnId: turn.id });
  await t.store.transaction(async (tx) => {
    await tx.messages.insert(message);
    await tx.turns.insert(turn, someTime);
  });
  assert.deepEqual(await t.store.messages.get(message.id), message);
});
