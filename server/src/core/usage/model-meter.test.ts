import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openTestStore, someTime, type TestStore } from "../../testing/test-store.ts";
import { newId } from "../ids.ts";
import { createModelMeter, startOfMonth } from "./model-meter.ts";
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
const noBudget = { perSessionMicroUsd: null, perMonthMicroUsd: null };

async function anOwner(organizationId = t.organizationId, sessionId?: string) {
  const session = sessionId ?? (await t.addSession({ organizationId })).id;
  const turnId = await t.addTurn(session);
  return { organizationId, sessionId: session, turnId };
}

function meterOf(owner: Awaited<ReturnType<typeof anOwner>>, budget: Partial<typeof budgetOf> = {}) {
  const told: string[] = [];
  const options = { ...noBudget, ...budget, onBudgetReached: (sentence: string) => void told.push(sentence) };
  return { ...createModelMeter(t, owner, options), told };
}
const budgetOf: { perSessionMicroUsd: number | null; perMonthMicroUsd: number | null } = noBudget;

test("answers add up by turn, session and organization, and those without a price are counted", async () => {
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

test("an answer that is recorded again counts once", async () => {
  const owner = await anOwner();
  const meter = meterOf(owner);
  const answer = usage();
  await meter.record(answer);
  await meter.record(answer);
  assert.equal((await t.store.usage.ofTurn(owner.turnId)).requests, 1);
  await meter.record({ ...answer, answerId: newId() });
  const { requests, costMicroUsd } = await t.store.usage.ofTurn(owner.turnId);
  assert.deepEqual([requests, costMicroUsd], [2, 1_000], "control: another one of the same size");
});

test("answers that come together are all counted", async () => {
  const owner = await anOwner();
  await Promise.all(Array.from({ length: 20 }, () => meterOf(owner).record(usage())));
  assert.equal((await t.store.usage.ofTurn(owner.turnId)).costMicroUsd, 10_000);
});

test("a session is refused once it has spent its budget, whichever turn spent it, and that is told once", async () => {
  const owner = await anOwner();
  const meter = meterOf(owner, { perSessionMicroUsd: 1_000 });
  assert.equal(await meter.admit(), null);
  await meter.record(usage());
  assert.equal(await meter.admit(), null);
  await meter.record(usage());
  const sentence = await meter.admit();
  assert.match(sentence!, /^budget reached: this session/);
  await meter.admit();
  assert.deepEqual(meter.told, [sentence]);
  assert.match((await meterOf(owner, { perSessionMicroUsd: 1_000 }).admit())!, /budget reached/);
  const other = meterOf(await anOwner(), { perSessionMicroUsd: 1_000 });
  assert.equal(await other.admit(), null, "control: another session of the organization goes on");
});

test("a month's budget is the organization's, and begins anew with the calendar month in UTC", async () => {
  const organizationId = await t.addOrganization();
  t.clock.set(new Date("2026-01-31T23:59:59.999Z"));
  await meterOf(await anOwner(organizationId)).record(usage());
  const budget = { perMonthMicroUsd: 500 };
  const another = await anOwner(organizationId);
  assert.match((await meterOf(another, budget).admit())!, /^budget reached: the organization/);
  assert.equal(
    await meterOf(await anOwner(await t.addOrganization()), budget).admit(),
    null,
    "control: another one",
  );
  t.clock.set(new Date("2026-02-01T00:00:00.000Z"));
  assert.equal(await meterOf(another, budget).admit(), null);
  t.clock.set(someTime);
});

test("a month starts at its first midnight in UTC", () => {
  assert.deepEqual(startOfMonth(new Date("2026-12-31T23:59:59Z")), new Date("2026-12-01T00:00:00Z"));
});

test("what cannot be recorded throws", async () => {
  const owner = { ...(await anOwner()), turnId: newId() };
  await assert.rejects(meterOf(owner).record(usage()));
});
