import assert from "node:assert/strict";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { inChunks, makeTar, type TarEntry } from "../layers/testing/make-tar.ts";
import { foldersOf, makeDataDir, ownerOf, specOf, testUidBase } from "./testing/run-in-sandbox.ts";
import { openTestSystem } from "./testing/test-system.ts";
import { createWorkspaces } from "./workspaces.ts";

const { layers, image, add } = await openTestSystem();
const never = new AbortController().signal;
const { workspace } = specOf();
const archive = (...entries: readonly TarEntry[]) =>
  add({ kind: "archive", archive: inChunks(makeTar(entries)) });
const setup = await archive(
  { name: "workspace/app/file", body: "built\n", mode: 0o600 },
  { name: "workspace/app/tool", body: "#!/bin/sh\n", mode: 0o4755 },
  { name: "workspace/app/service", body: "x", uid: 101, mode: 0o644 },
  { name: "workspace/link", type: "2", target: "/etc/passwd" },
  { name: "home/tembo/.cache/x", body: "cached\n" },
);
const hostile = await archive(
  { name: "workspace", type: "2", target: "/etc" },
  { name: "home", type: "2", target: "/root" },
);

test("starts a session's folders with the files of the layers, which belong to the session", async (t) => {
  const dataDir = await makeDataDir(t);
  const workspaces = createWorkspaces({ dataDir, uidBase: testUidBase, layers });
  await workspaces.prepare(workspace, [image, setup], never);
  const { workspacePath, homePath } = foldersOf(dataDir);
  const app = join(workspacePath, "app");
  assert.equal(readFileSync(join(app, "file"), "utf8"), "built\n");
  assert.equal(readFileSync(join(homePath, ".cache/x"), "utf8"), "cached\n");
  assert.ok(lstatSync(join(workspacePath, "link")).isSymbolicLink());
  const { uid } = ownerOf("bubblewrap");
  for (const path of [workspacePath, app, join(app, "file"), join(app, "service"), homePath])
    assert.equal(lstatSync(path).uid, uid, path);
  assert.equal(lstatSync(workspacePath).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(dirname(workspacePath)).sort(), ["home", "workspace"]);
});

test("changes no existing folder, and creates a removed one again", async (t) => {
  const dataDir = await makeDataDir(t);
  const workspaces = createWorkspaces({ dataDir, uidBase: testUidBase, layers });
  const { workspacePath, homePath } = foldersOf(dataDir);
  mkdirSync(workspacePath, { recursive: true });
  writeFileSync(join(workspacePath, "work"), "");
  await workspaces.prepare(workspace, [image, setup], never);
  assert.deepEqual(readdirSync(workspacePath), ["work"]);
  assert.ok(existsSync(join(homePath, ".cache")), "control");
});

test("leaves no part of a folder after an abort or a failure", async (t) => {
  const dataDir = await makeDataDir(t);
  const workspaces = createWorkspaces({ dataDir, uidBase: testUidBase, layers });
  const { workspacePath } = foldersOf(dataDir);
  mkdirSync(`${workspacePath}.unfinished/of-a-dead-server`, { recursive: true });
  await assert.rejects(workspaces.prepare(workspace, [image, setup], AbortSignal.abort()));
  assert.ok(!existsSync(workspacePath));
  await workspaces.prepare(workspace, [image, setup], never);
  assert.deepEqual(readdirSync(workspacePath).sort(), ["app", "link"], "control");
});

test("follows no link of a layer", async (t) => {
  const dataDir = await makeDataDir(t);
  const workspaces = createWorkspaces({ dataDir, uidBase: testUidBase, layers });
  await workspaces.prepare(workspace, [image, hostile], never);
  const { workspacePath, homePath } = foldersOf(dataDir);
  assert.deepEqual([readdirSync(workspacePath), readdirSync(homePath)], [[], []]);
});
