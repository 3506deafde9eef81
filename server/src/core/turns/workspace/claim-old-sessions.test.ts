import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { workspaceFiles } from "../../../sandbox/workspace-files.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { newId, paths } from "../../base/index.ts";
import type { TurnsPorts } from "../ports.ts";
import { claimOldSessions } from "./claim-old-sessions.ts";

let t: TestStore;
const dataDir = mkdtempSync(join(tmpdir(), "tembo-old-"));

before(async () => {
  t = await openTestStore();
});
after(async () => {
  rmSync(dataDir, { recursive: true });
  await t.drop();
});

const claim = (machineId: string) =>
  claimOldSessions({
    store: t.store,
    workspaceFiles,
    settings: { dataDir, machineId },
    log: { info() {}, warn() {}, error() {} },
  } as unknown as TurnsPorts);

/** Adds a session on which a harness has worked, without a machine. */
async function addOldSession({ hasFolder = true, isPromptSent = true } = {}) {
  const lease = await t.startTurn((await t.addSession()).id);
  await t.store.turns.setPromptSent(lease, isPromptSent);
  if (hasFolder) mkdirSync(paths.workspace(dataDir, lease.sessionId), { recursive: true });
  return lease;
}

const machineOf = async (sessionId: string) => (await t.store.savedWorkspaces.find(sessionId))?.machineId;

test("does nothing without a folder of sessions", async () => {
  await claim(newId());
});

test("records the machine of an old session whose folder it has, and of no other session", async () => {
  const [here, there] = [newId(), newId()];
  const old = await addOldSession();
  const elsewhere = await addOldSession({ hasFolder: false });
  const unused = await addOldSession({ isPromptSent: false });
  const deleted = await addOldSession();
  await t.store.sessionChanges.hide(deleted.sessionId, someTime);
  const known = await addOldSession();
  await t.store.savedWorkspaces.setMachine(known, there);
  mkdirSync(join(paths.sessions(dataDir), "build-1"));

  for (const machineId of [here, newId()]) {
    await claim(machineId);
    assert.equal(await machineOf(old.sessionId), here);
  }
  for (const { sessionId } of [elsewhere, unused, deleted])
    assert.equal(await machineOf(sessionId), undefined);
  assert.equal(await machineOf(known.sessionId), there);
  const { isCurrent, saved } = (await t.store.savedWorkspaces.find(old.sessionId))!;
  assert.deepEqual({ isCurrent, saved }, { isCurrent: false, saved: null });
});
