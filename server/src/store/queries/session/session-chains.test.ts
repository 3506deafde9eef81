import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const since = new Date(0);

async function spend(sessionId: string, costMicroUsd: number) {
  const { organizationId } = t;
  const turnId = await t.addTurn(sessionId);
  const usage = {
    answerId: newId(),
    model: "m",
    inputTokens: 1,
    outputTokens: 1,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    costMicroUsd,
  };
  await t.store.usage.add({ organizationId, sessionId, turnId }, usage, someTime);
}

async function aChain() {
  const root = await t.addSession();
  const child = await t.addSession();
  const grandchild = await t.addSession();
  const { sessionChains } = t.store;
  await sessionChains.insertChild({ sessionId: child.id, parentId: root.id, rootId: root.id, depth: 1 });
  await sessionChains.insertChild({
    sessionId: grandchild.id,
    parentId: child.id,
    rootId: root.id,
    depth: 2,
  });
  return { root, child, grandchild };
}

test("sums the cost of a session and its child sessions against one budget", async () => {
  const { root, child, grandchild } = await aChain();
  const stranger = await t.addSession();
  await spend(root.id, 1);
  await spend(child.id, 20);
  await spend(grandchild.id, 300);
  await spend(stranger.id, 4000);
  const of = async (sessionId: string) =>
    (
      await t.store.usage.spent({
        organizationId: t.organizationId,
        sessionId,
        since,
        now: since,
        requestId: newId(),
      })
    ).sessionMicroUsd;
  assert.deepEqual(
    [await of(root.id), await of(child.id), await of(grandchild.id), await of(stranger.id)],
    [321, 321, 321, 4000],
  );
});

test("finds and counts the child sessions of a chain without its root", async () => {
  const { root, child, grandchild } = await aChain();
  const { sessionChains } = t.store;
  assert.equal(await sessionChains.findChild(root.id), null);
  assert.deepEqual(await sessionChains.findChild(grandchild.id), {
    sessionId: grandchild.id,
    parentId: child.id,
    rootId: root.id,
    depth: 2,
  });
  assert.equal(await sessionChains.countChildren(root.id), 2);
});

test("stores, replaces and deletes any JSON state by key", async () => {
  const { id } = await t.addSession();
  const { sessionChains } = t.store;
  await sessionChains.setState(id, "a", { deep: [1, null, "x\0"] }, someTime);
  await sessionChains.setState(id, "b", false, someTime);
  await sessionChains.setState(id, "b", null, someTime);
  assert.deepEqual(
    [...(await sessionChains.readState(id))],
    [
      ["a", { deep: [1, null, "x\uFFFD"] }],
      ["b", null],
    ],
  );
  await sessionChains.forgetState(id, "a");
  assert.deepEqual([...(await sessionChains.readState(id)).keys()], ["b"]);
});
