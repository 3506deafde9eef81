import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { openScene, type Scene } from "../../../../testing/scene.ts";
import { hourMs, newId } from "../../../base/index.ts";
import { claudeCodeInfo } from "../../../sessions/session/testing/claude-code-info.ts";
import type { TurnContext } from "../turn-context.ts";
import { recallWishes } from "./recall-wishes.ts";
import { findWaitingWish } from "./waiting-wish.ts";

const machineId = newId();
const info = { ...claudeCodeInfo, isInstalled: true, startsEarly: true };
let scene: Scene;

before(async () => {
  scene = await openScene({
    harnesses: { list: () => [info], install: async () => ({ readOnlyPaths: ["/harness"] }) },
    sandboxes: { movesWorkspaces: true },
    settings: { machineId },
  });
});
beforeEach(() => void Object.assign(info, { isInstalled: true, startsEarly: true }));
after(() => scene.drop());

/** Starts the first turn of a session on a machine. */
async function working(on = machineId): Promise<TurnContext> {
  const context = await scene.working();
  await scene.t.store.savedWorkspaces.setMachine(context.lease, on);
  return context;
}

const fromNow = (ms: number) => new Date(scene.t.clock.now().getTime() + ms);
const recall = async (since = fromNow(-hourMs)) =>
  (await recallWishes(scene.ports, since)).map(({ wish }) => wish.fingerprint);

test("recalls from the database exactly what the sessions of this machine wished for", async () => {
  const context = await working();
  await working(newId());
  const found = await findWaitingWish(context, new AbortController().signal);
  assert.deepEqual(await recall(), [found!.wish.fingerprint], "none of another machine");
  const [recalled] = await recallWishes(scene.ports, fromNow(-hourMs));
  assert.deepEqual(recalled!.wish.launch, found!.wish.launch);
  assert.deepEqual(await recall(fromNow(hourMs)), [], "none before that time");
  await working();
  assert.equal((await recall()).length, 2);
});

test("recalls nothing for a missing harness, or if the sandbox cannot move workspaces", async () => {
  await working();
  assert.notEqual((await recall()).length, 0, "control");
  info.isInstalled = false;
  assert.deepEqual(await recall(), []);
  info.isInstalled = true;
  const sandboxes = { ...scene.ports.sandboxes, movesWorkspaces: false };
  assert.deepEqual(await recallWishes({ ...scene.ports, sandboxes }, fromNow(-hourMs)), []);
});

test("recalls nothing for a session whose harness does not wait, or that was deleted", async () => {
  const { session } = await working();
  const before = (await recall()).length;
  await scene.t.database.pool.query("update sessions set deleted_at = now() where id = $1", [session.id]);
  assert.equal((await recall()).length, before - 1);
  info.startsEarly = false;
  assert.deepEqual(await recall(), []);
});
