import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId, type RowBytes, type TurnLease } from "../../../core/base/index.ts";
import { keepInRow } from "../../../testing/test-blobs.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

async function aRunningTurn(sessionId: string) {
  const messageId = await t.addMessage(sessionId);
  const turnId = newId();
  await t.store.turns.insert({ id: turnId, sessionId, messageId }, someTime);
  await t.store.turns.claim(turnId, someTime);
  return { turnId, sessionId, attempt: 1 };
}

const append = (lease: TurnLease, piece: string) => t.store.protocolLog.append(lease, piece, keepInRow);

async function read(sessionId: string, turn: number | null = null): Promise<string[]> {
  const pieces: string[] = [];
  const load = async ({ bytes }: RowBytes) => bytes!;
  for await (const piece of t.store.protocolLog.read(sessionId, turn, load)) pieces.push(piece);
  return pieces;
}

test("reads pieces in order of turn and attempt, for a session or for a single turn", async () => {
  const { id: sessionId } = await t.addSession();
  const first = await aRunningTurn(sessionId);
  for (const piece of ["a\n", "b\n"]) await append(first, piece);
  await t.store.turns.claim(first.turnId, someTime);
  const again = { ...first, attempt: 2 };
  await append(again, "c\n");
  await t.store.turns.end(again, { status: "completed" }, someTime);
  await append(await aRunningTurn(sessionId), "ü\n".repeat(1_000));
  assert.deepEqual(await read(sessionId), ["a\n", "b\n", "c\n", "ü\n".repeat(1_000)]);
  assert.deepEqual(await read(sessionId, 1), ["a\n", "b\n", "c\n"]);
  assert.deepEqual(await read(sessionId, 3), []);
  assert.deepEqual(await read((await t.addSession()).id), []);
});

test("rejects records from an attempt that no longer holds the turn", async () => {
  const { id: sessionId } = await t.addSession();
  const lease = await aRunningTurn(sessionId);
  await t.store.turns.claim(lease.turnId, someTime);
  await assert.rejects(append(lease, "late\n"), { code: "fenced" });
  assert.deepEqual(await read(sessionId), []);
});

test("deletes recordings by age", async () => {
  const { id: sessionId } = await t.addSession();
  await append(await aRunningTurn(sessionId), "old\n");
  assert.equal(await t.store.protocolLog.deleteBefore(new Date(0)), 0);
  assert.ok((await t.store.protocolLog.deleteBefore(new Date(Date.now() + 60_000))) >= 1);
  assert.deepEqual(await read(sessionId), []);
});
