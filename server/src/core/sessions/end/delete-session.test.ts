import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openScene, type Scene } from "../../../testing/scene.ts";
import { someTime } from "../../../testing/test-store.ts";
import { newId } from "../../base/index.ts";
import { deleteOrganization } from "./delete-organization.ts";
import { deleteSession } from "./delete-session.ts";
import { expireSessions } from "./expire-sessions.ts";

let scene: Scene;
const infos: Readonly<Record<string, unknown>>[] = [];
before(async () => {
  scene = await openScene({
    engine: { enqueueJob: async () => {} },
    log: { info: (fields: object, message: string) => void infos.push({ message, ...fields }) },
  });
});
after(() => scene.drop());

const deleter = { userId: newId(), keyId: newId(), requestId: "proxy-7" };
const deletions = () => infos.filter(({ message }) => message === "a session was deleted");

test("logs who deleted a session, and its agent, age and cost", async () => {
  const { t, ports, working } = scene;
  const { session, lease } = await working();
  const owner = { ...lease, organizationId: t.organizationId };
  const tokens = { inputTokens: 1, outputTokens: 2, cachedInputTokens: 3, cacheWriteTokens: 4 };
  await t.store.usage.add(owner, { answerId: newId(), model: "m", ...tokens, costMicroUsd: 5 }, someTime);
  infos.length = 0;
  t.clock.set(new Date(someTime.getTime() + 60_000));
  await deleteSession(ports, t.organizationId, session.id, deleter);
  await assert.rejects(deleteSession(ports, t.organizationId, session.id, deleter), { code: "not_found" });
  const { harness, model, provider } = session;
  assert.deepEqual(deletions(), [
    {
      ...{ message: "a session was deleted", organizationId: t.organizationId, sessionId: session.id },
      ...{ createdByKeyId: null, harness, model, provider, status: "inProgress", ageMs: 60_000 },
      ...{ requests: 1, ...tokens, costMicroUsd: 5, unpricedRequests: 0 },
      ...{ reason: "request", deletedByUserId: deleter.userId, deletedByKeyId: deleter.keyId },
      requestId: "proxy-7",
    },
  ]);
});

test("logs a session whose retention time has ended", async () => {
  const { t, ports, create } = scene;
  const kept = await create({ isDraft: true });
  await t.store.sessionChanges.update(kept.id, { isPinned: true }, t.clock.now());
  const expired = await create({ isDraft: true });
  infos.length = 0;
  const later = new Date(t.clock.now().getTime() + 1);
  assert.equal(await expireSessions(ports, later, new AbortController().signal), 1);
  assert.deepEqual(
    deletions().map(({ sessionId, reason, deletedByUserId }) => [sessionId, reason, deletedByUserId]),
    [[expired.id, "retention", undefined]],
  );
});

test("logs each session of a deleted organization once, with its cost", async () => {
  const { t, ports } = scene;
  const organizationId = await t.addOrganization();
  const add = () => t.addSession({ organizationId });
  const deletedBefore = await add();
  await deleteSession(ports, organizationId, deletedBefore.id, deleter);
  const used = await add();
  const lease = await t.startTurn(used.id);
  const tokens = { inputTokens: 1, outputTokens: 2, cachedInputTokens: 3, cacheWriteTokens: 4 };
  const usage = { answerId: newId(), model: "m", ...tokens, costMicroUsd: 5 };
  await t.store.usage.add({ ...lease, organizationId }, usage, someTime);
  const unused = [];
  // More than one page.
  for (let added = 0; added < 100; added += 1) unused.push((await add()).id);
  infos.length = 0;
  await deleteOrganization(ports, organizationId, deleter);
  assert.deepEqual(
    deletions().map(({ sessionId }) => sessionId),
    [used.id, ...unused],
  );
  const [first, second] = deletions();
  assert.deepEqual([first!.requests, first!.costMicroUsd], [1, 5]);
  assert.deepEqual([second!.requests, second!.costMicroUsd], [0, 0]);
  for (const { organizationId: of, reason, deletedByUserId, deletedByKeyId, requestId } of deletions())
    assert.deepEqual(
      [of, reason, deletedByUserId, deletedByKeyId, requestId],
      [organizationId, "organization", deleter.userId, deleter.keyId, "proxy-7"],
    );
});
