import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  realpath,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { workspaceFiles } from "./workspace-files.ts";

test("reads a file in the workspace, even through a link inside it", async (t) => {
  const { workspace } = await makeFolders(t);
  await symlink("hooks.json", join(workspace, "app", "link.json"));
  for (const name of ["hooks.json", "link.json"]) {
    assert.equal(await workspaceFiles.readText(join(workspace, "app"), name, 100), "own");
  }
  assert.equal(await workspaceFiles.isFile(workspace, "app/hooks.json"), true);
  assert.equal(await workspaceFiles.isFile(workspace, "app"), false);
});

test("does not follow a link out of the workspace", async (t) => {
  const { workspace, outside } = await makeFolders(t);
  await symlink(join(outside, "hooks.json"), join(workspace, "app", "link.json"));
  await symlink(outside, join(workspace, "app", "way"));
  for (const name of ["link.json", "way/hooks.json", "../../outside/hooks.json"]) {
    assert.equal(await workspaceFiles.readText(join(workspace, "app"), name, 100), null, name);
    assert.equal(await workspaceFiles.isFile(join(workspace, "app"), name), false, name);
  }
});

test("does not follow a link that replaced the checkout", async (t) => {
  const { workspace, outside } = await makeFolders(t);
  await rm(join(workspace, "app"), { recursive: true });
  await symlink(outside, join(workspace, "app"));
  assert.equal(await realpath(join(workspace, "app", "hooks.json")), join(outside, "hooks.json"), "control");
  assert.equal(await workspaceFiles.readText(join(workspace, "app"), "hooks.json", 100), null);
  assert.equal(await workspaceFiles.isFile(join(workspace, "app"), "hooks.json"), false);
});

test("never leaves the workspace through a folder that is repeatedly replaced by a link", async (t) => {
  const { workspace, outside } = await makeFolders(t);
  const script =
    'cd "$1"; mkdir real; echo -n own > real/hooks.json; ln -s "$2" link; echo up; while [ ! -e "$1/stop" ]; do mv -T real way; mv -T way real; mv -T link way; mv -T way link; done';
  const swapper = spawn("sh", ["-c", script, "sh", workspace, outside], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(swapper.stdout, "data");
  const seen = new Set<string | null>();
  try {
    for (let round = 0; round < 3_000; round++) {
      seen.add(await workspaceFiles.readText(workspace, "way/hooks.json", 100));
    }
  } finally {
    const ended = once(swapper, "exit");
    await writeFile(join(workspace, "stop"), "");
    await ended;
  }
  assert.ok(!seen.has("theirs"));
});

test("lists a folder in pages, and nothing of a missing folder", async (t) => {
  const { workspace } = await makeFolders(t);
  const names = ["a", "b", "c", "d", "e"];
  for (const name of names) await mkdir(join(workspace, "many", name), { recursive: true });
  const pages = await collectPages(join(workspace, "many"));
  assert.deepEqual([pages.map(({ length }) => length), pages.flat().sort()], [[2, 2, 1], names]);
  assert.deepEqual(await collectPages(join(workspace, "none")), []);
});

async function collectPages(folder: string): Promise<string[][]> {
  const pages: string[][] = [];
  for await (const page of workspaceFiles.pages(folder, 2)) pages.push(page);
  return pages;
}

test("reads the time of a link itself", async (t) => {
  const { workspace, outside } = await makeFolders(t);
  await symlink(outside, join(workspace, "way"));
  const at = new Date("2026-01-01T00:00:00Z");
  await utimes(outside, at, at);
  assert.notDeepEqual(await workspaceFiles.modifiedAt(join(workspace, "way")), at);
  assert.deepEqual(await workspaceFiles.modifiedAt(outside), at, "control");
  assert.equal(await workspaceFiles.modifiedAt(join(workspace, "none")), null);
});

test("recognizes a folder only if no part of its path is a link", async (t) => {
  const { workspace, outside } = await makeFolders(t);
  await mkdir(join(workspace, "app", "inner", "deep"), { recursive: true });
  await mkdir(join(outside, "deep"));
  await symlink(outside, join(workspace, "app", "way"));
  await symlink("inner", join(workspace, "app", "link"));
  const isFolder = (path: string) => workspaceFiles.isFolder(workspace, path);
  for (const path of ["app", "app/inner", "app/inner/deep"]) assert.equal(await isFolder(path), true, path);
  for (const path of [
    "app/way",
    "app/way/deep",
    "app/link",
    "app/link/deep",
    "app/hooks.json",
    "app/none",
    "../outside",
  ])
    assert.equal(await isFolder(path), false, path);
});

test("moves and deletes read-only folders if the server is not root", async (t) => {
  const { workspace, outside } = await makeFolders(t);
  const parent = join(workspace, "..");
  for (const path of [
    join(workspace, "app", "hooks.json"),
    join(workspace, "app"),
    workspace,
    outside,
    parent,
  ])
    await chown(path, user, user);
  for (const path of [join(workspace, "app"), workspace, outside]) await chmod(path, 0o555);
  await asUser(async () => {
    await assert.rejects(rm(join(workspace, "app"), { recursive: true }), { code: "EACCES" }, "control");
    await workspaceFiles.move(outside, join(parent, "moved", "outside"));
    const aside = join(parent, "aside");
    assert.equal(await workspaceFiles.setAside([join(workspace, "app")], aside), true);
    await chmod(workspace, 0o555);
    assert.equal(await workspaceFiles.setAside([workspace, join(parent, "moved", "outside")], aside), true);
    await workspaceFiles.discard(aside);
  });
  assert.deepEqual(await readdir(parent), ["moved"]);
});

test("reports a folder that cannot be set aside", async (t) => {
  const { workspace, outside } = await makeFolders(t);
  for (const path of [join(workspace, "app"), workspace, outside, join(workspace, "..")])
    await chown(path, user, user);
  const setAside = () => workspaceFiles.setAside([join(workspace, "app")], outside);
  await chmod(outside, 0o555);
  await asUser(() => assert.rejects(setAside(), { code: "EACCES" }));
  await chmod(outside, 0o755);
  await asUser(async () => assert.equal(await setAside(), true, "control"));
});

test("lists only wanted names, and counts only those", async (t) => {
  const { workspace } = await makeFolders(t);
  assert.deepEqual(await workspaceFiles.list(workspace, (name) => name !== "app"), []);
  assert.deepEqual(await workspaceFiles.list(workspace), ["app"], "control");
});

const isRoot = process.getuid!() === 0;
const user = isRoot ? 65_534 : process.getuid!();

/** Runs the work without the rights of root. */
async function asUser(work: () => Promise<void>): Promise<void> {
  if (!isRoot) return work();
  process.seteuid!(user);
  try {
    await work();
  } finally {
    process.seteuid!(0);
  }
}

async function makeFolders(t: TestContext) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "tembo-files-")));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
  const [workspace, outside] = [join(folder, "workspace"), join(folder, "outside")];
  await mkdir(join(workspace, "app"), { recursive: true });
  await mkdir(outside);
  await writeFile(join(workspace, "app", "hooks.json"), "own");
  await writeFile(join(outside, "hooks.json"), "theirs");
  return { workspace, outside };
}
