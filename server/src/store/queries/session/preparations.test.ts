import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { createFirstMember } from "../../../core/accounts/member/first-member.ts";
import { hashJson, newId } from "../../../core/base/index.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
let keyId: string;
const fingerprint = hashJson("options");
const minute = 60_000;
const after1 = new Date(someTime.getTime() + minute);

before(async () => {
  t = await openTestStore();
  keyId = newId();
  const key = { id: keyId, organizationId: t.organizationId, userId: t.userId, name: null };
  const times = { createdAt: someTime, updatedAt: someTime, lastUsedAt: null };
  await t.store.apiKeys.insert({ ...key, tokenPreview: "tembo_…", ...times }, Buffer.alloc(32));
});
beforeEach(() => t.database.pool.query("delete from preparations"));
after(() => t.drop());

async function prepared(change: object = {}) {
  const id = newId();
  const isNew = await t.store.preparations.insert({
    ...{ id, organizationId: t.organizationId, userId: t.userId, keyId, fingerprint, request: {} },
    runsOn: [],
    ...{ createdAt: someTime, expiresAt: new Date(someTime.getTime() + 2 * minute), ...change },
  });
  return { id, isNew };
}

const owner = () => ({ organizationId: t.organizationId, userId: t.userId, fingerprint });

test("is used once, by the same person and organization with equal options, until it expires", async () => {
  const { id } = await prepared();
  const { preparations } = t.store;
  const late = new Date(someTime.getTime() + 2 * minute);
  const other = await t.addOrganization();
  const stranger = await createFirstMember(t, other, { user: newId(), member: newId() });
  for (const [who, at] of [
    [{ ...owner(), userId: stranger }, after1],
    [{ ...owner(), organizationId: other }, after1],
    [{ ...owner(), fingerprint: hashJson("others") }, after1],
    [owner(), late],
  ] as const)
    assert.equal(await preparations.use(id, who, at), null);
  const number = await preparations.use(id, owner(), after1);
  assert.ok(number !== null, "control: the owner uses it");
  assert.equal(await preparations.use(id, owner(), after1), null);
});

test("reserves a number that no other session gets", async () => {
  const { id } = await prepared();
  const before = await t.addSession();
  const number = await t.store.preparations.use(id, owner(), after1);
  const { number: _, ...session } = { ...before, id };
  await t.store.newSessions.insert(session, [], { reservedNumber: number });
  assert.equal((await t.store.sessions.get(id)).number, number);
  const later = await t.addSession();
  assert.equal(new Set([before.number, number, later.number]).size, 3);
});

test("changes the reserved number until a session uses it", async () => {
  const { preparations, projectBuilds } = t.store;
  const { id } = await prepared();
  const number = await projectBuilds.takeSessionNumber();
  assert.equal(await preparations.setSessionNumber(id, number), true);
  assert.equal(await preparations.use(id, owner(), after1), number);
  assert.equal(await preparations.setSessionNumber(id, number + 1), false);
  assert.equal(await preparations.setSessionNumber(newId(), number), false);
});

test("exists once for each person, until it is used or replaced", async () => {
  const { preparations } = t.store;
  const first = await prepared();
  assert.equal((await prepared()).isNew, false);
  assert.equal((await preparations.lockOfUser(t.userId))?.id, first.id);
  await preparations.replace(first.id, after1);
  assert.deepEqual((await preparations.find(first.id))?.expiresAt, after1);
  const second = await prepared();
  assert.equal(second.isNew, true);
  await preparations.use(second.id, owner(), after1);
  assert.equal((await prepared()).isNew, true);
  assert.equal(await preparations.countOpen(t.organizationId, after1), 1);
});

test("is claimed by one worker, and not while the session works or has a sandbox", async () => {
  const { preparations, warmSandboxRecords } = t.store;
  const { id } = await prepared();
  const [one, other] = [newId(), newId()];
  assert.equal((await preparations.claim(id, one, after1))?.workerId, one);
  assert.equal(await preparations.claim(id, other, after1), null);
  assert.deepEqual(
    (await preparations.ofWorker(one)).map((found) => found.id),
    [id],
  );
  await preparations.delete(id);

  for (const occupy of [
    (sessionId: string) => t.addTurn(sessionId),
    (sessionId: string) => warmSandboxRecords.save({ sessionId, workerId: other, until: after1 }),
    async () => null,
  ]) {
    const session = await t.addSession();
    await prepared({ id: session.id, request: null });
    const isFree = (await occupy(session.id)) === null;
    assert.equal((await preparations.claim(session.id, one, after1)) !== null, isFree);
    await preparations.delete(session.id);
  }
});

test("is deleted after it has expired without a worker, unless a session uses it", async () => {
  const { preparations } = t.store;
  const [unclaimed, claimed, used] = [await prepared({ userId: t.userId }), newId(), newId()];
  await t.database.pool.query("update preparations set user_id = null");
  await prepared({ id: claimed });
  await preparations.claim(claimed, newId(), after1);
  await t.database.pool.query("update preparations set user_id = null");
  await prepared({ id: used });
  await preparations.use(used, owner(), after1);
  await t.addSession({ id: used });
  await preparations.deleteUnclaimed(new Date(someTime.getTime() + 3 * minute));
  assert.equal(await preparations.find(unclaimed.id), null);
  assert.ok(await preparations.find(claimed));
  assert.ok(await preparations.find(used));
});

test("is claimed only by a worker with its labels", async () => {
  const { id } = await prepared({ runsOn: ["gpu"] });
  const workers = [newId(), newId()] as const;
  await t.database.pool.query(
    `insert into workers (id, host, started_at, heartbeat_at, labels)
     values ($1, 'here', now(), now(), '{}'), ($2, 'here', now(), now(), '{gpu}')`,
    [...workers],
  );
  assert.equal(await t.store.preparations.claim(id, workers[0], after1), null);
  assert.equal((await t.store.preparations.claim(id, workers[1], after1))?.id, id);
});
