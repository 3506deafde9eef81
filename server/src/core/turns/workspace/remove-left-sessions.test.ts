import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { workspaceFiles } from "../../../sandbox/workspace-files.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { dayMs, hashJson, newId, paths } from "../../base/index.ts";
import type { Ports } from "../../ports.ts";
import { purgeSession } from "./purge-session.ts";
import { removeLeftSessions } from "./remove-left-sessions.ts";

let t: TestStore;
const root = mkdtempSync(join(tmpdir(), "tembo-left-"));
const { signal } = new AbortController();
let machines = 0;

before(async () => {
  t = await openTestStore();
  t.clock.set(new Date(Date.now() + 8 * dayMs));
});
after(async () => {
  rmSync(root, { recursive: true });
  await t.drop();
});

/** Returns the ports of a machine with its own data folder. */
function onMachine() {
  const dataDir = join(root, String(machines++));
  mkdirSync(join(dataDir, "sessions"), { recursive: true });
  const warnings: unknown[] = [];
  const cleared: string[] = [];
  const ports = {
    store: t.store,
    clock: t.clock,
    workspaceFiles,
    log: { info() {}, warn: (about: unknown) => void warnings.push(about), error() {} },
    preparations: { abandon: async () => {} },
    warmSandboxes: { claim: async () => false },
    sandboxes: { clear: async (name: string) => void cleared.push(name) },
    blobs: { remove: async () => {} },
    settings: { dataDir },
  } as unknown as Ports;
  return { dataDir, ports, warnings, cleared };
}

const sessionsIn = (dataDir: string) => readdirSync(join(dataDir, "sessions")).sort();
const socketsIn = (dataDir: string) =>
  existsSync(join(dataDir, "run")) ? readdirSync(join(dataDir, "run")) : [];

function addFolders(dataDir: string, name: string): void {
  mkdirSync(join(paths.workspace(dataDir, name), "app"), { recursive: true });
  mkdirSync(paths.home(dataDir, name), { recursive: true });
  mkdirSync(paths.capture(dataDir, name, "app"), { recursive: true });
  mkdirSync(paths.sockets(dataDir, name), { recursive: true });
}

async function addPurged(ports: Ports): Promise<string> {
  const { id } = await t.addSession();
  await t.store.sessionChanges.hide(id, someTime);
  assert.equal(await purgeSession(ports, id, signal), true);
  return id;
}

async function addPreparation(id: string): Promise<void> {
  const keyId = newId();
  const key = { id: keyId, organizationId: t.organizationId, userId: t.userId, name: null };
  const times = { createdAt: someTime, updatedAt: someTime, lastUsedAt: null };
  await t.store.apiKeys.insert({ ...key, tokenPreview: "tembo_…", ...times }, Buffer.alloc(32));
  await t.store.preparations.insert({
    ...{ id, organizationId: t.organizationId, userId: t.userId, keyId, request: {} },
    runsOn: [],
    ...{ fingerprint: hashJson("options"), createdAt: someTime, expiresAt: someTime },
  });
}

test("removes the folders of a session that a job on another machine purged", async () => {
  const [a, b] = [onMachine(), onMachine()];
  const { id } = await t.addSession();
  for (const { dataDir } of [a, b]) for (const name of [id, paths.restoring(id)]) addFolders(dataDir, name);
  await t.store.sessionChanges.hide(id, someTime);
  assert.equal(await removeLeftSessions(b.ports, signal), 0, "control: not purged yet");
  await purgeSession(a.ports, id, signal);
  assert.deepEqual(sessionsIn(a.dataDir), []);
  assert.deepEqual(sessionsIn(b.dataDir), [id, paths.restoring(id)]);
  assert.equal(await removeLeftSessions(b.ports, signal), 1);
  assert.deepEqual([sessionsIn(b.dataDir), socketsIn(b.dataDir)], [[], []]);
  assert.deepEqual(b.cleared, [id, paths.restoring(id)]);
  assert.equal(await removeLeftSessions(b.ports, signal), 0);
});

test("completes an interrupted removal, and removes sockets that remained alone", async () => {
  const { dataDir, ports } = onMachine();
  const [removed, sockets] = [await addPurged(ports), await addPurged(ports)];
  mkdirSync(join(paths.purged(dataDir, removed), "x"), { recursive: true });
  mkdirSync(paths.sockets(dataDir, sockets), { recursive: true });
  assert.equal(await removeLeftSessions(ports, signal), 2);
  assert.deepEqual([sessionsIn(dataDir), socketsIn(dataDir)], [[], []]);
});

test("keeps the folders of sessions, preparations, builds, copies, and everything that it does not know", async () => {
  const { dataDir, ports } = onMachine();
  const live = await t.addSession();
  const hidden = await t.addSession();
  await t.store.sessionChanges.hide(hidden.id, someTime);
  const prepared = newId();
  await addPreparation(prepared);
  const olderThanDatabase = newId(someTime.getTime() - 1);
  const kept = [
    ...[live.id, hidden.id, prepared, paths.restoring(live.id), olderThanDatabase],
    ...[paths.building({ buildId: newId(), attempt: 1 }), paths.copying(newId()), "check-abcdef", "other"],
  ];
  const unknown = newId();
  for (const name of [...kept, unknown]) addFolders(dataDir, name);
  assert.equal(await removeLeftSessions(ports, signal), 1);
  assert.deepEqual(sessionsIn(dataDir), kept.sort());
  assert.ok(!existsSync(paths.session(dataDir, unknown)), "control: an unknown session");
});

test("keeps all folders of an unknown session while one of them changes, and stops no programs", async () => {
  const { dataDir, ports, cleared } = onMachine();
  const weekAgo = new Date(t.clock.now().getTime() - 7 * dayMs);
  const recent = new Date(weekAgo.getTime() + 1_000);
  const top = (name: string) =>
    [paths.workspace, paths.home, paths.session, paths.sockets].map((path) => path(dataDir, name));
  const names = [0, 1, 2, 3].map((changed) => {
    const name = newId();
    addFolders(dataDir, name);
    for (const [index, path] of top(name).entries()) {
      const at = index === changed ? recent : weekAgo;
      utimesSync(path, at, at);
    }
    return name;
  });
  assert.equal(await removeLeftSessions(ports, signal), 0);
  assert.deepEqual([sessionsIn(dataDir), socketsIn(dataDir).sort(), cleared], [names.sort(), names, []]);
  for (const path of names.flatMap(top)) utimesSync(path, weekAgo, weekAgo);
  assert.equal(await removeLeftSessions(ports, signal), 4, "control");
});

test("does not follow a link in place of a folder", async () => {
  const { dataDir, ports } = onMachine();
  const id = await addPurged(ports);
  const outside = join(dataDir, "outside");
  mkdirSync(join(outside, "kept"), { recursive: true });
  symlinkSync(outside, paths.session(dataDir, id));
  assert.equal(await removeLeftSessions(ports, signal), 1);
  assert.deepEqual(sessionsIn(dataDir), []);
  assert.deepEqual(readdirSync(outside), ["kept"]);
});

test("logs a folder that cannot be removed, and continues with the others", async () => {
  const { dataDir, ports, warnings } = onMachine();
  const [first, second] = [await addPurged(ports), await addPurged(ports)];
  for (const id of [first, second]) addFolders(dataDir, id);
  const failing = {
    ...ports,
    sandboxes: {
      clear: async (name: string) => {
        if (name === first) throw new Error("a program does not end");
      },
    },
  } as unknown as Ports;
  assert.equal(await removeLeftSessions(failing, signal), 1);
  assert.deepEqual(sessionsIn(dataDir), [first]);
  assert.ok(warnings.length > 0);
  assert.equal(await removeLeftSessions(ports, signal), 1);
});

test("asks the database about a large folder in pages", async () => {
  const { dataDir, ports } = onMachine();
  const ids = Array.from({ length: 1_001 }, () => newId());
  for (const id of ids) mkdirSync(paths.session(dataDir, id));
  const sizes: number[] = [];
  const store = {
    ...t.store,
    sessionFolders: {
      findLeft: async (page: readonly string[]) => {
        sizes.push(page.length);
        return [];
      },
    },
  };
  assert.equal(await removeLeftSessions({ ...ports, store } as unknown as Ports, signal), 0);
  assert.deepEqual(sizes, [500, 500, 1]);
});
