import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sumUpUsage, type UsageGrouping } from "../../../core/accounts/index.ts";
import { newId } from "../../../core/base/index.ts";
import type { Session } from "../../../core/sessions/index.ts";
import { aPullRequest, openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

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
  (await sumUpUsage({ store: t.store, clock: t.clock }, t, { groupBy, days })).groups.map(
    ({ id, sessions, costMicroUsd }) => [id, sessions, costMicroUsd],
  );

test("sums an organization's usage by day, harness, model, person and repository", async () => {
  t.clock.set(someTime);
  const [app, site] = [await t.addRepository(), await t.addRepository({ name: "site" })];
  const one = await t.addSession({ harness: "claudeCode" }, [app]);
  const two = await t.addSession({ harness: "codex" }, [app, site]);
  const none = await t.addSession({ harness: "codex" });
  const spent = await spend(one, "opus", 10);
  await spend(two, "gpt", 30);
  await spend(none, "gpt", null, daysAgo(2));
  await spend(none, "gpt", 1_000, daysAgo(30));
  const ofKey = { organizationId: t.organizationId, userId: t.userId, name: null, tokenPreview: "tembo_…" };
  const at = { createdAt: someTime, updatedAt: someTime, lastUsedAt: null };
  const key = { id: newId(), ...ofKey, ...at };
  await t.store.apiKeys.insert(key, Buffer.alloc(32));
  await t.database.pool.query(
    "update messages set sent_by_key = $2 where id = (select message_id from turns where id = $1)",
    [spent, key.id],
  );
  const otherSession = await t.addSession({ organizationId: await t.addOrganization() });
  await spend(otherSession, "opus", 5_000);

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
  const { total } = await sumUpUsage({ store: t.store, clock: t.clock }, t, {
    groupBy: "day",
    days: 31,
  });
  assert.deepEqual(
    [total.costMicroUsd, total.requests, total.unpricedRequests, total.inputTokens],
    [1_040, 4, 1, 4],
  );
});

test("sums usage by saved agent, and by each pull request of a session", async () => {
  const mine = { organizationId: await t.addOrganization() };
  const repository = await t.addRepository({ ...mine, owner: "acme", name: "shop" });
  const [of, alone] = [await t.addSession(mine, [repository]), await t.addSession(mine)];
  const [agentId, at] = [newId(), someTime];
  const run = (text: string, values: readonly unknown[]) => t.database.pool.query(text, [...values]);
  await run(
    `insert into agents (id, organization_id, name, content_version, agent_options, mcp_servers, repository_ids,
       auto_detect_repositories, overlap, created_at, updated_at)
     values ($1, $2, 'Dependencies', 1, '{}', '{}', '{}', false, 'skip', $3, $3)`,
    [agentId, mine.organizationId, at],
  );
  for (const runId of [newId(), newId()])
    await run(
      `insert into agent_runs (id, agent_id, status, cause, payload, session_id, created_at, updated_at, ended_at)
       values ($1, $2, 'completed', 'manual', '{}', $3, $4, $4, $4)`,
      [runId, agentId, of.id, at],
    );
  const lease = await t.startTurn(of.id);
  const numbers = [7, 8];
  for (const number of numbers)
    await t.store.pullRequests.save(lease, {
      ...aPullRequest({ ...mine, sessionId: of.id, repositoryId: repository.id }),
      number,
      externalId: String(number),
    });
  await t.store.usage.add(
    { ...mine, sessionId: of.id, turnId: lease.turnId },
    {
      answerId: newId(),
      model: "opus",
      inputTokens: 1,
      outputTokens: 2,
      cachedInputTokens: 3,
      cacheWriteTokens: 4,
      costMicroUsd: 30,
    },
    at,
  );
  await spend(alone, "opus", 10);
  const named = async (groupBy: UsageGrouping) =>
    (await sumUpUsage(t, { ...mine, userId: t.userId }, { groupBy, days: 1 })).groups.map(
      ({ name, sessions, costMicroUsd }) => [name, sessions, costMicroUsd],
    );
  assert.deepEqual(await named("agent"), [
    ["Dependencies", 1, 30],
    [null, 1, 10],
  ]);
  const byPullRequest = await named("pullRequest");
  assert.deepEqual(byPullRequest.map(([name]) => name).sort(), ["acme/shop#7", "acme/shop#8", null]);
  assert.deepEqual(
    byPullRequest.map(([, , cost]) => cost),
    [30, 30, 10],
  );
});

test("shows a session's title only to people with access, but its cost to everyone", async () => {
  const mine = { organizationId: await t.addOrganization() };
  const viewer = { ...mine, userId: t.userId };
  const open = await t.addSession(mine);
  const closed = await t.addSession({ ...mine, visibility: "private" });
  const gone = await t.addSession(mine);
  for (const [at, session] of [closed, open, gone].entries()) await spend(session, "opus", 30 - at);
  await t.store.sessionChanges.hide(gone.id, someTime);
  const { groups: summed } = await sumUpUsage(t, viewer, { groupBy: "session", days: 1 });
  assert.deepEqual(
    summed.map(({ id, name, costMicroUsd }) => [id, name, costMicroUsd]),
    [
      [closed.id, null, 30],
      [open.id, open.title, 29],
      [gone.id, null, 28],
    ],
  );
  const { items } = await t.store.usage.bySession(viewer, { limit: 10 });
  assert.deepEqual(
    items.map(({ id, title }) => [id, title]),
    [
      [gone.id, null],
      [closed.id, null],
      [open.id, open.title],
    ],
  );
});

test("returns at most 100 groups", async () => {
  const session = await t.addSession();
  for (let at = 0; at < 101; at += 1) await spend(session, `model-${at}`, 1);
  assert.equal((await groups("model")).length, 100);
});
