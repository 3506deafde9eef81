import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/ids.ts";
import type { Session } from "../../../core/session/session.ts";
import { sumUpUsage } from "../../../core/usage/sum-up-usage.ts";
import type { UsageGrouping } from "../../../core/usage/usage.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const dayMs = 86_400_000;
const daysAgo = (days: number) => new Date(someTime.getTime() - days * dayMs);

async function spend(session: Session, model: string, costMicroUsd: number | null, at = someTime) {
  const { id: sessionId, organizationId } = session;
  const turnId = await t.addTurn(sessionId);
  const tokens = { inputTokens: 1, outputTokens: 2, cachedInputTokens: 3, cacheWriteTokens: 4 };
  const usage = { answerId: newId(), model, ...tokens, costMicroUsd };
  await t.store.usage.add({ organizationId, sessionId, turnId }, usage, at);
  await t.store.turns.cancelQueued(turnId, at);
  return turnId;
}

const groups = async (groupBy: UsageGrouping, days = 30) =>
  (await sumUpUsage({ store: t.store, clock: t.clock }, t.organizationId, { groupBy, days })).groups.map(
    ({ id, sessions, costMicroUsd }) => [id, sessions, costMicroUsd],
  );

test("what was used is summed up by day, harness, model, person and repository, of this organization alone", async () => {
  t.clock.set(someTime);
  const [app, site] = [await t.addRepository(), await t.addRepository({ name: "site" })];
  const one = await t.addSession({ harness: "claudeCode" }, [app]);
  const two = await t.addSession({ harness: "codex" }, [app, site]);
  const none = await t.addSession({ harness: "codex" });
  const said = await spend(one, "opus", 10);
  await spend(two, "gpt", 30);
  await spend(none, "gpt", null, daysAgo(2));
  await spend(none, "gpt", 1_000, daysAgo(30));
  const ofKey = { organizationId: t.organizationId, userId: t.userId, name: null, tokenPreview: "tembo_…" };
  const at = { createdAt: someTime, updatedAt: someTime, lastUsedAt: null };
  const key = { id: newId(), ...ofKey, ...at };
  await t.store.apiKeys.insert(key, Buffer.alloc(32));
  await t.database.pool.query(
    "update messages set sent_by_key = $2 where id = (select message_id from turns where id = $1)",
    [said, key.id],
  );
  const theirs = await t.addSession({ organizationId: await t.addOrganization() });
  await spend(theirs, "opus", 5_000);

  const day = (at: Date) => at.toISOString().slice(0, 10);
  assert.deepEqual(await groups("day"), [
    [day(daysAgo(2)), 1, 0],
    [day(someTime), 2, 40],
  ]);
  assert.deepEqual(await groups("day", 1), [[day(someTime), 2, 40]]);
  assert.deepEqual(await groups("harness"), [
    ["codex", 2, 30],
    ["claudeCode", 1, 10],
  ]);
  assert.deepEqual(await groups("model"), [
    ["gpt", 2, 30],
    ["opus", 1, 10],
  ]);
  assert.deepEqual(await groups("person"), [
    [null, 2, 30],
    [t.userId, 1, 10],
  ]);
  assert.deepEqual(await groups("repository"), [
    [app.id, 2, 40],
    [site.id, 1, 30],
    [null, 1, 0],
  ]);
  const { total } = await sumUpUsage({ store: t.store, clock: t.clock }, t.organizationId, {
    groupBy: "day",
    days: 31,
  });
  assert.deepEqual(
    [total.costMicroUsd, total.requests, total.unpricedRequests, total.inputTokens],
    [1_040, 4, 1, 4],
  );
});

test("of more than a hundred the costliest are told", async () => {
  const session = await t.addSession();
  for (let at = 0; at < 101; at += 1) await spend(session, `model-${at}`, 1);
  assert.equal((await groups("model")).length, 100);
});
