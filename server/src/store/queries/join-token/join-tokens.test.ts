import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const aToken = (createdAt: Date) => ({
  id: newId(),
  ...{ proofHash: Buffer.alloc(32, 1), publicKey: Buffer.alloc(32, 2), signature: Buffer.alloc(32, 3) },
  ...{ createdAt, expiresAt: new Date(createdAt.getTime() + 60_000), usedAt: null, usedBy: null },
});

test("stores a token and its use, and deletes it a day after it has expired", async () => {
  const { joinTokens } = t.store;
  const token = aToken(someTime);
  await joinTokens.insert(token);
  assert.deepEqual(await joinTokens.lock(token.id), token);
  const requestId = newId();
  await joinTokens.setUsed(token.id, requestId, someTime);
  assert.deepEqual(await joinTokens.lock(token.id), { ...token, usedAt: someTime, usedBy: requestId });
  const dayMs = 24 * 60 * 60_000;
  await joinTokens.insert(aToken(new Date(token.expiresAt.getTime() + dayMs)));
  assert.ok((await joinTokens.lock(token.id)) !== null);
  await joinTokens.insert(aToken(new Date(token.expiresAt.getTime() + dayMs + 1)));
  assert.equal(await joinTokens.lock(token.id), null);
});
