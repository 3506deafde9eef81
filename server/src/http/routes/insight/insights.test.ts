import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Insight, InsightMemberList, InsightModelList, InsightRepositoryList } from "@tembo/contract";
import { newId } from "../../../core/base/index.ts";
import type { ForgeUser, PullRequest, Repository } from "../../../core/forges/index.ts";
import { type Served, serve } from "../../../testing/test-server.ts";
import { aMessage, aPullRequest } from "../../../testing/test-store.ts";

let served: Served;
let key: string;
let shop: Repository;
let tools: Repository;
const now = new Date("2026-06-15T12:00:00Z");

const user = (login: string, isBot = false): ForgeUser => ({
  id: login,
  login,
  name: login.toUpperCase(),
  email: null,
  avatarUrl: `https://example.com/${login}.png`,
  profileUrl: null,
  isBot,
});

let number = 0;
async function aPull(repository: Repository, change: Partial<PullRequest>): Promise<void> {
  const createdAt = change.createdAt ?? new Date("2026-05-02T00:00:00Z");
  number += 1;
  await served.testStore.store.pullRequests.observe(
    aPullRequest({
      organizationId: served.testStore.organizationId,
      sessionId: null,
      repositoryId: repository.id,
      number,
      externalId: String(number),
      ...change,
      createdAt,
    }),
  );
}

/** Seeds a session with a completed turn. The key's owner or a forge account sent its only message. */
async function aWorkedSession(by: "person" | ForgeUser): Promise<string> {
  const { testStore } = served;
  const { id } = await testStore.addSession();
  const { items } = await testStore.store.apiKeys.list(testStore.organizationId, { limit: 1 });
  const author = by === "person" ? null : { ...by, name: by.name ?? by.login, email: "a@example.com" };
  await testStore.store.messages.insert(
    aMessage({
      sessionId: id,
      author,
      sentByKeyId: by === "person" ? items[0]!.id : null,
    }),
  );
  const lease = await testStore.startTurn(id);
  await testStore.store.turns.end(lease, { status: "completed" }, now);
  return id;
}

before(async () => {
  served = await serve();
  const { testStore } = served;
  testStore.clock.set(now);
  key = await served.addKey(testStore.organizationId);
  shop = await testStore.addRepository({ owner: "acme", name: "shop" });
  tools = await testStore.addRepository({ owner: "acme", name: "tools" });
  const tembo = user("tembo", true);
  const byPerson = await aWorkedSession("person");
  const byAda = await aWorkedSession(user("ada"));
  await aPull(shop, { sessionId: byPerson, author: tembo, mergedAt: new Date("2026-06-01T00:00:00Z") });
  await aPull(shop, { sessionId: byAda, author: tembo });
  await aPull(shop, { author: user("ada") });
  // A user's own pull request, to which a session has added commits.
  await aPull(tools, {
    sessionId: byPerson,
    author: user("grace"),
    createdAt: new Date("2026-06-10T00:00:00Z"),
  });
  // Pull requests from the preceding six months, and older ones.
  await aPull(tools, { author: user("ada"), createdAt: new Date("2025-12-31T23:59:59Z") });
  await aPull(tools, { author: user("ada"), createdAt: new Date("2025-06-30T00:00:00Z") });
});
after(() => served.close());

async function ask<T = { error: string }>(status: number, path: string, body?: unknown): Promise<T> {
  const response = await served.ask(
    path,
    key,
    body === undefined
      ? {}
      : {
          method: "PATCH",
          body: JSON.stringify(body),
          headers: { "content-type": "application/json" },
        },
  );
  assert.equal(response.status, status, await response.clone().text());
  return (await response.json()) as T;
}

test("counts sessions and pull requests of six months, and compares them with the previous six", async () => {
  const insight = await ask<Insight>(200, "/v1/insights");
  assert.deepEqual(
    [insight.status, insight.enabled, insight.rangeStart, insight.rangeEnd],
    ["ready", true, "2026-01-01T00:00:00.000Z", now.toISOString()],
  );
  assert.deepEqual(insight.data?.summary, {
    tasksCompleted: 2,
    prsCreated: 4,
    prsMerged: 1,
    temboContribution: 75,
    changes: { tasksCompleted: 100, prsCreated: 300, prsMerged: 100, temboContribution: 75 },
  });
  assert.deepEqual(
    insight.data?.timeSeries.map(({ month }) => month),
    ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"],
  );
  assert.deepEqual(insight.data?.timeSeries.slice(-2), [
    {
      month: "2026-05",
      prsWithTembo: 2,
      prsWithoutTembo: 1,
      prsMerged: 0,
      prsCreated: 3,
      temboContribution: 66.7,
    },
    {
      month: "2026-06",
      prsWithTembo: 1,
      prsWithoutTembo: 0,
      prsMerged: 1,
      prsCreated: 1,
      temboContribution: 100,
    },
  ]);
});

test("counts each member's own pull requests and those that Tembo opened for them", async () => {
  const person = await served.testStore.store.users.find(served.testStore.userId);
  const { items, nextCursor } = await ask<InsightMemberList>(200, "/v1/insights/members");
  const account = (login: string) => ({
    provider: "local",
    username: login,
    name: login.toUpperCase(),
    avatarUrl: `https://example.com/${login}.png`,
  });
  assert.deepEqual(items[0], { ...account("ada"), prsCreated: 2, prsMerged: 0, temboContribution: 50 });
  assert.deepEqual(items[1], {
    provider: "tembo",
    username: person?.email ?? person?.id,
    name: person?.name ?? null,
    avatarUrl: "",
    prsCreated: 1,
    prsMerged: 1,
    temboContribution: 100,
  });
  assert.deepEqual(items[2], { ...account("grace"), prsCreated: 1, prsMerged: 0, temboContribution: 100 });
  assert.deepEqual([items.length, nextCursor], [3, null]);
});

test("pages through members", async () => {
  const names: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const path = `/v1/insights/members?limit=1${cursor && `&cursor=${cursor}`}`;
    const page: InsightMemberList = await ask(200, path);
    names.push(...page.items.map(({ username }) => username));
    cursor = page.nextCursor;
  }
  const { items } = await ask<InsightMemberList>(200, "/v1/insights/members");
  assert.deepEqual(
    names,
    items.map(({ username }) => username),
  );
});

test("lists repositories by number of pull requests, page by page", async () => {
  const first = await ask<InsightRepositoryList>(200, "/v1/insights/repositories?limit=1");
  const second = await ask<InsightRepositoryList>(
    200,
    `/v1/insights/repositories?limit=1&cursor=${first.nextCursor}`,
  );
  assert.deepEqual(
    [...first.items, ...second.items].map(({ codeRepositoryId, name, provider, prsCreated, prsMerged }) => [
      codeRepositoryId,
      name,
      provider,
      prsCreated,
      prsMerged,
    ]),
    [
      [shop.id, "shop", "local", 3, 1],
      [tools.id, "tools", "local", 1, 0],
    ],
  );
  assert.deepEqual([first.nextCursor, second.nextCursor], [shop.id, null]);
  const behind = await ask<InsightRepositoryList>(200, `/v1/insights/repositories?cursor=${newId()}`);
  assert.deepEqual(behind.items, []);
});

test("lists the results of each harness and model, with the cost of a merged pull request", async () => {
  const { testStore } = served;
  const { id } = await testStore.addSession({
    harness: "codex",
    model: "gpt",
    createdAt: new Date("2026-05-31T00:00:00Z"),
  });
  const turnId = await testStore.addTurn(id);
  await testStore.store.usage.add(
    { organizationId: testStore.organizationId, sessionId: id, turnId },
    {
      answerId: newId(),
      model: "gpt",
      inputTokens: 1,
      outputTokens: 1,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      costMicroUsd: 3_000_000,
    },
    now,
  );
  await testStore.store.turns.cancelQueued(turnId, now);
  for (const at of ["2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z"])
    await aPull(tools, {
      sessionId: id,
      author: user("tembo", true),
      mergedAt: new Date(at),
      createdAt: new Date("2025-11-01T00:00:00Z"),
    });
  const { items } = await ask<InsightModelList>(200, "/v1/insights/models");
  const codex = items.find(({ harness }) => harness === "codex");
  assert.deepEqual(codex, {
    harness: "codex",
    model: "gpt",
    turns: 0,
    successRate: 0,
    medianWaitMs: null,
    medianTurnMs: null,
    prsMerged: 2,
    medianMergeMs: 1.5 * 86_400_000,
    costUsd: 3,
    costPerMergedUsd: 1.5,
  });
  const worked = items[0]!;
  assert.deepEqual(
    [worked.turns, worked.successRate, worked.prsMerged, worked.costPerMergedUsd],
    [2, 100, 1, 0],
  );
  assert.ok(worked.medianTurnMs !== null && worked.medianWaitMs !== null);
});

test("returns nothing while disabled and explains how to enable insights", async () => {
  const off = await ask<Insight>(200, "/v1/insights", { enabled: false });
  assert.deepEqual([off.enabled, off.status, off.data, off.rangeStart], [false, null, null, null]);
  assert.deepEqual(await ask(200, "/v1/insights"), off);
  for (const path of ["/v1/insights/members", "/v1/insights/models", "/v1/insights/repositories"])
    assert.match((await ask(409, path)).error, /are disabled.*PATCH \/v1\/insights/);
  assert.equal((await ask<Insight>(200, "/v1/insights", { enabled: true })).data?.summary.prsCreated, 4);
  await ask(400, "/v1/insights", {});
});
