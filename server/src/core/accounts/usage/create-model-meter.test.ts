import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { newId } from "../../base/index.ts";
import { createModelMeter, startOfMonth } from "./create-model-meter.ts";
import type { MeteredRequest } from "./model-meter.ts";
import type { ModelUsage } from "./usage.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const usage = (change: Partial<ModelUsage> = {}): ModelUsage => ({
  answerId: newId(),
  model: "claude-opus-4-5",
  inputTokens: 10,
  outputTokens: 20,
  cachedInputTokens: 30,
  cacheWriteTokens: 40,
  costMicroUsd: 500,
  ...change,
});
const aRequest = (change: Partial<MeteredRequest> = {}): MeteredRequest => ({
  id: newId(),
  maxCostMicroUsd: 0,
  signal: new AbortController().signal,
  ...change,
});
const noBudget = { perSessionMicroUsd: null, perMonthMicroUsd: null };

async function anOwner(organizationId = t.organizationId, sessionId?: string) {
  const session = sessionId ?? (await t.addSession({ organizationId })).id;
  const turnId = await t.addTurn(session);
  return { organizationId, sessionId: session, turnId };
}

function meterOf(owner: Awaited<ReturnType<typeof anOwner>>, budget: Partial<typeof budgetOf> = {}) {
  const warnings: string[] = [];
  const options = {
    ...noBudget,
    ...budget,
    onBudgetReached: (sentence: string) => void warnings.push(sentence),
  };
  return { ...createModelMeter(t, owner, options), warnings };
}
const budgetOf: { perSessionMicroUsd: number | null; perMonthMicroUsd: number | null } = noBudget;

test("sums usage by turn, session and organization, and counts unpriced requests", async () => {
  const owner = await anOwner(await t.addOrganization());
  const meter = meterOf(owner);
  await meter.record(usage());
  await meter.record(usage({ inputTokens: 1 }));
  await meter.record(usage({ model: "own", costMicroUsd: null }));
  const expected = {
    requests: 3,
    inputTokens: 21,
    outputTokens: 60,
    cachedInputTokens: 90,
    cacheWriteTokens: 120,
    costMicroUsd: 1_000,
    unpricedRequests: 1,
  };
  assert.deepEqual(await t.store.usage.ofTurn(owner.turnId), expected);
  assert.deepEqual(await t.store.usage.ofSession(owner.sessionId), expected);
  assert.deepEqual(await t.store.usage.ofOrganization(owner.organizationId, someTime), expected);
  const later = new Date(someTime.getTime() + 1);
  assert.equal((await t.store.usage.ofOrganization(owner.organizationId, later)).requests, 0);
  assert.equal((await t.store.usage.ofTurn(newId())).costMicroUsd, 0);
});

test("counts a response once when it is recorded twice", async () => {
  const owner = await anOwner();
  const meter = meterOf(owner);
  const answer = usage();
  await meter.record(answer);
  await meter.record(answer);
  assert.equal((await t.store.usage.ofTurn(owner.turnId)).requests, 1);
  await meter.record({ ...answer, answerId: newId() });
  const { requests, costMicroUsd } = await t.store.usage.ofTurn(owner.turnId);
  assert.deepEqual(
    [requests, costMicroUsd],
    [2, 1_000],
    "control: counts another answer with the same usage",
  );
});

test("counts all responses that are recorded concurrently", async () => {
  const owner = await anOwner();
  await Promise.all(Array.from({ length: 20 }, () => meterOf(owner).record(usage())));
  assert.equal((await t.store.usage.ofTurn(owner.turnId)).costMicroUsd, 10_000);
});

test("rejects a session's requests once its budget is spent, and reports it once", async () => {
  const owner = await anOwner();
  const meter = meterOf(owner, { perSessionMicroUsd: 1_000 });
  assert.equal(await meter.admit(aRequest()), null);
  await meter.record(usage());
  assert.equal(await meter.admit(aRequest()), null);
  await meter.record(usage());
  const sentence = await meter.admit(aRequest());
  assert.match(sentence!, /^Budget reached: this session/);
  await meter.admit(aRequest());
  assert.deepEqual(meter.warnings, [sentence]);
  assert.match((await meterOf(owner, { perSessionMicroUsd: 1_000 }).admit(aRequest()))!, /Budget reached/);
  const other = meterOf(await anOwner(), { perSessionMicroUsd: 1_000 });
  assert.equal(await other.admit(aRequest()), null, "control: admits another session of the organization");
});

test("applies a monthly budget per organization and resets it each calendar month in UTC", async () => {
  const organizationId = await t.addOrganization();
  t.clock.set(new Date("2026-01-31T23:59:59.999Z"));
  await meterOf(await anOwner(organizationId)).record(usage());
  const budget = { perMonthMicroUsd: 500 };
  const another = await anOwner(organizationId);
  assert.match((await meterOf(another, budget).admit(aRequest()))!, /^Budget reached: the organization/);
  assert.equal(
    await meterOf(await anOwner(await t.addOrganization()), budget).admit(aRequest()),
    null,
    "control: admits another organization",
  );
  t.clock.set(new Date("2026-02-01T00:00:00.000Z"));
  assert.equal(await meterOf(another, budget).admit(aRequest()), null);
  t.clock.set(someTime);
});

test("starts a month at midnight UTC on its first day", () => {
  assert.deepEqual(startOfMonth(new Date("2026-12-31T23:59:59Z")), new Date("2026-12-01T00:00:00Z"));
});

test("throws when a response cannot be recorded", async () => {
  const owner = { ...(await anOwner()), turnId: newId() };
  await assert.rejects(meterOf(owner).record(usage()));
});

test("shares a budget among concurrent requests of several sessions", async () => {
  const organizationId = await t.addOrganization();
  const meters: ReturnType<typeof meterOf>[] = [];
  for (let n = 0; n < 4; n++)
    meters.push(meterOf(await anOwner(organizationId), { perMonthMicroUsd: 1_000 }));
  let running = 0;
  let most = 0;
  let sent = 0;
  const work = async (index: number, maxCostMicroUsd: number) => {
    const meter = meters[index % meters.length]!;
    const request = aRequest({ maxCostMicroUsd });
    if ((await meter.admit(request)) !== null) return;
    sent += 1;
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    await meter.record(usage());
    running -= 1;
    await meter.release(request.id);
  };
  await Promise.all(Array.from({ length: 12 }, (_, index) => work(index, 500)));
  assert.deepEqual([sent, most <= 2], [2, true]);
  assert.equal((await t.store.usage.ofOrganization(organizationId, someTime)).costMicroUsd, 1_000);
  const { rows } = await t.database.pool.query("select from budget_reservations");
  assert.equal(rows.length, 0, "no reservation remains");
});

test("control: concurrent requests that reserve nothing exceed a budget", async () => {
  const meter = meterOf(await anOwner(await t.addOrganization()), { perMonthMicroUsd: 1_000 });
  const requests = Array.from({ length: 12 }, () => aRequest());
  const admitted = await Promise.all(requests.map((request) => meter.admit(request)));
  assert.deepEqual(new Set(admitted), new Set([null]));
});

test("exceeds a budget by at most one request", async () => {
  const owner = await anOwner(await t.addOrganization());
  const meter = meterOf(owner, { perSessionMicroUsd: 1_000 });
  const first = aRequest({ maxCostMicroUsd: 999 });
  const last = aRequest({ maxCostMicroUsd: 999 });
  assert.equal(await meter.admit(first), null);
  assert.equal(await meter.admit(last), null, "admits one more request while budget is left");
  const gone = new AbortController();
  const third = meter.admit(aRequest({ maxCostMicroUsd: 1, signal: gone.signal }));
  gone.abort();
  await assert.rejects(third, { name: "AbortError" });
  await meter.release(first.id);
  await meter.release(last.id);
  await meter.release(last.id);
  assert.equal(
    await meter.admit(aRequest({ maxCostMicroUsd: 1 })),
    null,
    "control: the released amount is available again",
  );
});

test("releases a crashed process's reservation once it expires", async () => {
  const owner = await anOwner(await t.addOrganization());
  const died = meterOf(owner, { perSessionMicroUsd: 1_000 });
  assert.equal(await died.admit(aRequest({ maxCostMicroUsd: 1_000 })), null);
  const other = meterOf(owner, { perSessionMicroUsd: 1_000 });
  const waiting = other.admit(aRequest({ maxCostMicroUsd: 1 }));
  t.clock.set(new Date(someTime.getTime() + 3 * 60_000));
  assert.equal(await waiting, null);
  t.clock.set(someTime);
});
