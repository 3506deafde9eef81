import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import { type Served, serve } from "../../../testing/test-server.ts";
import { someTime } from "../../../testing/test-store.ts";

let server: Served;
before(async () => {
  server = await serve();
});
after(() => server.close());

test("shows the cost of another person's private session without its title", async () => {
  const { store, organizationId, ...t } = server.testStore;
  const key = await server.addKey(organizationId);
  const { items: keys } = await store.apiKeys.list(organizationId, { limit: 10 });
  const createdByKeyId = keys.find(({ userId }) => userId === t.userId)!.id;
  const sessions = [
    await t.addSession({ title: "Mine", visibility: "private", createdByKeyId }),
    await t.addSession({ title: "A walrus", visibility: "private" }),
  ];
  for (const { id: sessionId } of sessions) {
    const turnId = await t.addTurn(sessionId);
    const tokens = { inputTokens: 1, outputTokens: 2, cachedInputTokens: 0, cacheWriteTokens: 0 };
    const usage = { answerId: newId(), model: "opus", ...tokens, costMicroUsd: 500_000 };
    await store.usage.add({ organizationId, sessionId, turnId }, usage, someTime);
  }
  const { items } = (await (await server.ask("/v1/billing/usage", key)).json()) as {
    items: { title: string; totalCredits: number }[];
  };
  assert.deepEqual(
    items.map(({ title, totalCredits }) => [title, totalCredits]),
    [
      ["Private or deleted session", 0.5],
      ["Mine", 0.5],
    ],
  );
});
