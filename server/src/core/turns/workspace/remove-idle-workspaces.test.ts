import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { workspaceFiles } from "../../../sandbox/workspace-files.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { newId, paths } from "../../base/index.ts";
import type { Ports } from "../../ports.ts";
import { removeIdleWorkspaces } from "./remove-idle-workspaces.ts";

let t: TestStore;
let ports: Ports;
const dataDir = mkdtempSync(join(tmpdir(), "tembo-idle-"));
const day = 24 * 60 * 60_000;
const signal = new AbortController().signal;
/** Directories whose checkouts are completely pushed to the forge. */
let published: string[];

before(async () => {
  t = await openTestStore();
  ports = {
    store: t.store,
    clock: t.clock,
    workspaceFiles,
    workspaces: { ownerOf: () => ({ uid: 0, gid: 0 }) },
    git: {
      isPublished: async ({ site }: { site: { checkoutPath: string } }) =>
        published.some((name) => site.checkoutPath.endsWith(`/${name}`)),
    },
    log: { info() {}, warn() {}, error() {} },
    settings: { dataDir, workspaceDays: 7, machineId: newId() },
  } as unknown as Ports;
});
beforeEach(() => {
  published = [];
  t.clock.set(new Date(someTime.getTime() + 8 * day));
});
after(async () => {
  rmSync(dataDir, { recursive: true });
  await t.drop();
});

/**
 * Creates a session that has been idle since `someTime`, with a checkout, a HOME and optional files next to the
 * checkout.
 */
async function rested(change: { status?: "completed" | "inProgress"; beside?: string } = {}) {
  const repository = await t.addRepository();
  const session = await t.addSession({ status: change.status ?? "completed" }, [repository]);
  const workspace = paths.workspace(dataDir, session.id);
  mkdirSync(join(workspace, repository.name), { recursive: true });
  mkdirSync(paths.home(dataDir, session.id), { recursive: true });
  if (change.beside !== undefined) writeFileSync(join(workspace, change.beside), "x");
  return { id: session.id, name: repository.name, workspace };
}

test("removes workspace and HOME of an idle session once everything has been pushed", async () => {
  const { id, name, workspace } = await rested();
  published = [name];
  assert.equal(await removeIdleWorkspaces(ports, signal), 1);
  for (const path of [workspace, paths.home(dataDir, id), paths.removed(dataDir, id)])
    assert.ok(!existsSync(path), path);
  assert.equal(await removeIdleWorkspaces(ports, signal), 0);
});

test("keeps an unpublished workspace and checks it again only after the next turn", async () => {
  const { id, name, workspace } = await rested();
  assert.equal(await removeIdleWorkspaces(ports, signal), 0);
  assert.ok(existsSync(workspace));
  published = [name];
  assert.equal(await removeIdleWorkspaces(ports, signal), 0, "does not check again without a new turn");
  await t.store.sessions.setStatus(id, "completed", new Date(t.clock.now().getTime() + 1));
  t.clock.set(new Date(t.clock.now().getTime() + 8 * day));
  assert.equal(await removeIdleWorkspaces(ports, signal), 1);
});

for (const [name, change] of [
  ["a file beside the checkouts", { beside: "notes.txt" }],
  ["a session in progress", { status: "inProgress" }],
] as const) {
  test(`${name} keeps the workspace`, async () => {
    const one = await rested(change);
    published = [one.name];
    assert.equal(await removeIdleWorkspaces(ports, signal), 0);
    assert.ok(existsSync(one.workspace));
  });
}

test("keeps the workspace of a session with a queued turn or a warm sandbox", async () => {
  const [queued, kept] = [await rested(), await rested()];
  published = [queued.name, kept.name];
  await t.addTurn(queued.id);
  await t.store.warmSandboxRecords.save({ sessionId: kept.id, workerId: newId(), until: someTime });
  assert.equal(await removeIdleWorkspaces(ports, signal), 0);
  assert.ok(existsSync(queued.workspace) && existsSync(kept.workspace));
  await t.store.warmSandboxRecords.drop(kept.id, (await t.store.warmSandboxRecords.find(kept.id))!.workerId);
  assert.equal(await removeIdleWorkspaces(ports, signal), 1, "control");
});

test("leaves the session to the machine that has its files", async () => {
  const { id, name, workspace } = await rested();
  published = [name];
  const turnId = await t.addTurn(id);
  await t.store.turns.claim(turnId, someTime);
  const lease = { sessionId: id, turnId, attempt: 1 };
  await t.store.savedWorkspaces.setMachine(lease, newId());
  await t.store.turns.end(lease, { status: "completed" }, someTime);
  assert.equal(await removeIdleWorkspaces(ports, signal), 0);
  assert.ok(existsSync(workspace));
  const other = (await t.store.savedWorkspaces.find(id))!.machineId;
  const there = { ...ports, settings: { ...ports.settings, machineId: other } };
  assert.equal(await removeIdleWorkspaces(there, signal), 1, "control");
});

test("removes nothing before the configured age or when removal is disabled", async () => {
  const { name, workspace } = await rested();
  published = [name];
  t.clock.set(new Date(someTime.getTime() + 6 * day));
  assert.equal(await removeIdleWorkspaces(ports, signal), 0);
  t.clock.set(new Date(someTime.getTime() + 8 * day));
  const never = { ...ports, settings: { ...ports.settings, workspaceDays: 0 } };
  assert.equal(await removeIdleWorkspaces(never, signal), 0);
  assert.ok(existsSync(workspace));
});
