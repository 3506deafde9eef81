import assert from "node:assert/strict";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { paths } from "../core/base/index.ts";
import type { SandboxSystem } from "../core/turns/index.ts";
import { makeProvider } from "./testing/make-provider.ts";
import { foldersOf, makeDataDir, ownerOf, shell, specOf, testUidBase } from "./testing/run-in-sandbox.ts";
import { createWorkspaces } from "./workspaces.ts";

const layers = { firstId: 500_000 };
const { workspace } = specOf();

test("creates folders that only the session's user can read", async (t) => {
  const dataDir = await makeDataDir(t);
  await createWorkspaces({ dataDir, uidBase: testUidBase, layers }).prepare(workspace);
  const { workspacePath, homePath } = foldersOf(dataDir);
  const { uid } = ownerOf("bubblewrap");
  for (const path of [workspacePath, homePath]) {
    assert.equal(lstatSync(path).uid, uid);
    assert.equal(lstatSync(path).mode & 0o777, 0o700);
  }
});

test("lists what programs wrote, with the changes of profile root and the host IDs of each folder", async (t) => {
  const dataDir = await makeDataDir(t);
  const workspaces = createWorkspaces({ dataDir, uidBase: testUidBase, layers });
  const system = (profile: SandboxSystem["profile"]) =>
    ({ layers: [`sha256:${"a".repeat(64)}`], profile, env: {} }) as const;
  const list = (chosen: SandboxSystem | null) =>
    workspaces.listWritten(workspace, chosen).map(({ path, owner }) => [path, owner]);
  const { uid } = ownerOf("bubblewrap");
  const own = { firstId: uid, count: 1 };
  for (const chosen of [null, system("user")])
    assert.deepEqual(list(chosen), [
      ["/workspace", own],
      ["/home/tembo", own],
    ]);
  const asRoot = { firstId: 500_000, count: 65_536, rootId: uid };
  assert.deepEqual(list(system("root")), [
    ["/", undefined],
    ["/workspace", asRoot],
    ["/home/tembo", asRoot],
  ]);
});

test("a running sandbox sees the session's files after its folders were moved to the session", async (t) => {
  const dataDir = await makeDataDir(t);
  const workspaces = createWorkspaces({ dataDir, uidBase: testUidBase, layers });
  const provider = await makeProvider("bubblewrap", dataDir);
  const name = await workspaces.nameWaiting();
  const sandbox = await provider.create({ ...specOf(), workspace: { sessionId: name, sessionNumber: 1 } });
  t.after(() => sandbox.stop());
  assert.equal((await shell(sandbox, "ls -A; echo early > ~/early")).stdout, "");

  const { workspacePath, homePath, ownPath } = foldersOf(dataDir);
  // `clear` leaves a folder for records, before the session has files.
  await provider.clear(workspace.sessionId);
  assert.ok(existsSync(ownPath));
  await workspaces.move(name, workspace.sessionId);
  await workspaces.prepare(workspace);
  writeFileSync(join(workspacePath, "a.txt"), "checked out\n", { mode: 0o644 });
  assert.equal((await shell(sandbox, "cat a.txt; cat ~/early")).stdout, "checked out\nearly\n");
  assert.equal((await shell(sandbox, "echo inside > b.txt")).code, 0);
  assert.equal(readFileSync(join(workspacePath, "b.txt"), "utf8"), "inside\n");
  assert.equal(readFileSync(join(homePath, "early"), "utf8"), "early\n");
  assert.equal(
    (await sandbox.readFile(`${sandbox.workspacePath}/b.txt`, 100))?.toString(),
    "inside\n",
    "the sandbox still finds its folders on the host",
  );

  await sandbox.stop();
  await workspaces.removeWaiting(name);
  assert.equal(existsSync(paths.session(dataDir, name)), false);
  assert.ok(existsSync(join(workspacePath, "b.txt")), "the session keeps its files");
});

test("does not move folders to a session that has files, but removes those of a waiting sandbox", async (t) => {
  const dataDir = await makeDataDir(t);
  const workspaces = createWorkspaces({ dataDir, uidBase: testUidBase, layers });
  const name = await workspaces.nameWaiting();
  for (const sessionId of [name, "session-1"]) await workspaces.prepare({ sessionId, sessionNumber: 1 });
  await assert.rejects(workspaces.move(name, "session-1"), { code: "ENOTEMPTY" });
  await workspaces.removeWaiting(name);
  assert.equal(existsSync(paths.session(dataDir, name)), false);
});

test("lists what dead processes left of waiting sandboxes, and keeps that of running ones", async (t) => {
  const dataDir = await makeDataDir(t);
  const workspaces = createWorkspaces({ dataDir, uidBase: testUidBase, layers });
  assert.deepEqual(await workspaces.listLeftWaiting(), []);
  const own = await workspaces.nameWaiting();
  for (const name of [own, "wait-0123456789abcdef-1", "session"])
    mkdirSync(paths.session(dataDir, name), { recursive: true });
  const adopted = paths.session(dataDir, "wait-0123456789abcdef-2");
  symlinkSync("session", adopted);
  assert.deepEqual(await workspaces.listLeftWaiting(), ["wait-0123456789abcdef-1"]);
  assert.equal(lstatSync(adopted, { throwIfNoEntry: false }), undefined);
  assert.ok(existsSync(paths.session(dataDir, "session")));
});

test("leaves a waiting sandbox its folders if they cannot be moved completely", async (t) => {
  const dataDir = await makeDataDir(t);
  const workspaces = createWorkspaces({ dataDir, uidBase: testUidBase, layers });
  const name = await workspaces.nameWaiting();
  await workspaces.prepare({ sessionId: name, sessionNumber: 1 });
  const link = paths.session(dataDir, `${name}.link`);
  mkdirSync(link);
  await assert.rejects(workspaces.move(name, "session-1"), { code: "EEXIST" });
  assert.ok(existsSync(paths.workspace(dataDir, name)));
  assert.equal(existsSync(paths.session(dataDir, "session-1")), false);
  rmdirSync(link);
  await workspaces.move(name, "session-1");
  assert.deepEqual(readdirSync(paths.sessions(dataDir)).sort(), ["session-1", name]);
});

test("removes the links and sockets that a process left when it died after an adoption", async (t) => {
  const dataDir = await makeDataDir(t);
  const workspaces = createWorkspaces({ dataDir, uidBase: testUidBase, layers });
  const own = await workspaces.nameWaiting();
  const adopted = "wait-0123456789abcdef-1";
  for (const name of [own, adopted, "session"]) mkdirSync(paths.sockets(dataDir, name), { recursive: true });
  mkdirSync(paths.session(dataDir, "session"), { recursive: true });
  // The process died between the renames.
  symlinkSync("session", paths.session(dataDir, `${adopted}.link`));
  assert.deepEqual(await workspaces.listLeftWaiting(), []);
  assert.deepEqual(readdirSync(paths.allSockets(dataDir)).sort(), ["session", own]);
  assert.deepEqual(readdirSync(paths.sessions(dataDir)), ["session"]);
});
