import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { FoundEntry } from "../core/sessions/index.ts";
import { listFolder, openFile } from "./browse-files.ts";

const all = (found: readonly FoundEntry[]) => found;

test("lists a folder with the kinds and sizes of its entries", async (t) => {
  const { workspace } = await makeFolders(t);
  const listed = await listFolder(workspace, "app", { maxEntries: 10, choose: all });
  assert.ok(typeof listed === "object" && listed !== null);
  assert.equal(listed.isCut, false);
  const entries = listed.entries.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  assert.deepEqual(
    entries.map(({ name, kind, sizeBytes }) => [name, kind, sizeBytes]),
    [
      ["folder", "folder", null],
      ["link", "link", null],
      ["own.txt", "file", 3],
    ],
  );
  assert.ok(entries.every(({ modifiedAt }) => modifiedAt instanceof Date));
});

test("lists the workspace itself, and returns the kinds of entries that are not folders", async (t) => {
  const { workspace } = await makeFolders(t);
  const list = (path: string) => listFolder(workspace, path, { maxEntries: 10, choose: all });
  const root = await list("");
  assert.ok(typeof root === "object" && root?.entries[0]?.name === "app");
  assert.equal(await list("app/own.txt"), "file");
  assert.equal(await list("app/link"), "link");
  assert.equal(await list("app/other"), null);
  assert.equal(await list("app/own.txt/below"), null);
});

test("lists only the first entries of a large folder", async (t) => {
  const { workspace } = await makeFolders(t);
  for (let number = 0; number < 20; number++)
    await writeFile(join(workspace, "app", "folder", `${number}`), "");
  const list = (maxEntries: number) => listFolder(workspace, "app/folder", { maxEntries, choose: all });
  const cut = await list(7);
  assert.ok(typeof cut === "object" && cut?.isCut && cut.entries.length === 7);
  const whole = await list(20);
  assert.ok(typeof whole === "object" && whole?.isCut === false && whole.entries.length === 20);
});

test("lists names with control characters, and marks names that are not UTF-8", async (t) => {
  const { workspace } = await makeFolders(t);
  await writeFile(join(workspace, "app", "folder", "line\nbreak\u001b[31m"), "red");
  await writeFile(
    Buffer.concat([Buffer.from(join(workspace, "app", "folder/")), Buffer.from([0xff, 0x41])]),
    "",
  );
  const listed = await listFolder(workspace, "app/folder", { maxEntries: 9, choose: all });
  assert.ok(typeof listed === "object" && listed !== null);
  assert.deepEqual(
    new Set(listed.entries.map(({ name, kind }) => `${name} ${kind}`)),
    new Set(["line\nbreak\u001b[31m file", "\uFFFDA other"]),
  );
  const opened = await openFile(workspace, "app/folder/line\nbreak\u001b[31m", 10);
  assert.ok(typeof opened === "object" && opened?.bytes?.toString() === "red");
});

test("reads a file up to the limit, and returns only the size of a larger one", async (t) => {
  const { workspace } = await makeFolders(t);
  const own = await openFile(workspace, "app/own.txt", 3);
  assert.ok(typeof own === "object" && own?.bytes?.toString() === "own");
  await truncate(join(workspace, "app", "own.txt"), 2 ** 40);
  const huge = await openFile(workspace, "app/own.txt", 3);
  assert.ok(typeof huge === "object" && huge?.bytes === null && huge.sizeBytes === 2 ** 40);
});

test("follows neither links to files nor links to folders, at the end or in the middle of a path", async (t) => {
  const { workspace, outside } = await makeFolders(t);
  const app = join(workspace, "app");
  await symlink(join(outside, "secret.txt"), join(app, "file-link"));
  await symlink(outside, join(app, "way"));
  await symlink("folder", join(app, "inside"));
  await writeFile(join(app, "folder", "own.txt"), "own");
  assert.equal(await openFile(workspace, "app/file-link", 100), "link");
  assert.equal(await openFile(workspace, "app/way/secret.txt", 100), null);
  assert.equal(await openFile(workspace, "app/inside/own.txt", 100), null);
  assert.equal(await listFolder(workspace, "app/way", { maxEntries: 9, choose: all }), "link");
  await rm(app, { recursive: true });
  await symlink(outside, app);
  assert.equal(await openFile(workspace, "app/secret.txt", 100), null);
  await rm(workspace, { recursive: true });
  await symlink(outside, workspace);
  assert.equal(await openFile(workspace, "secret.txt", 100), null);
  const control = await openFile(outside, "secret.txt", 100);
  assert.ok(typeof control === "object" && control?.bytes?.toString() === "secret", "control");
});

test("never leaves the workspace through a folder that is repeatedly replaced by a link", async (t) => {
  const { workspace, outside } = await makeFolders(t);
  await writeFile(join(outside, "own.txt"), "secret");
  const script =
    'cd "$1"; mkdir real; echo -n own > real/own.txt; ln -s "$2" link; echo up; while [ ! -e "$1/stop" ]; do mv -T real way; mv -T way real; mv -T link way; mv -T way link; done';
  const swapper = spawn("sh", ["-c", script, "sh", workspace, outside], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(swapper.stdout, "data");
  const [seen, plain] = [new Set<string>(), new Set<string>()];
  const isComplete = () => seen.has("own") && seen.has("none") && plain.has("secret");
  try {
    for (let round = 0; round < 3_000 || (round < 100_000 && !isComplete()); round++) {
      plain.add(await readPlainly(join(workspace, "way", "own.txt")));
      const opened = await openFile(workspace, "way/own.txt", 100);
      seen.add(typeof opened === "object" && opened !== null ? String(opened.bytes) : "none");
      const listed = await listFolder(workspace, "way", { maxEntries: 9, choose: all });
      if (typeof listed === "object" && listed !== null)
        assert.ok(listed.entries.every(({ name }) => name !== "secret.txt"));
    }
  } finally {
    const ended = once(swapper, "exit");
    await writeFile(join(workspace, "stop"), "");
    await ended;
  }
  assert.deepEqual([...seen].sort(), ["none", "own"]);
  assert.ok(plain.has("secret"), "control");
});

/** Reads a file without the guard. */
async function readPlainly(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return "none";
    throw cause;
  }
}

test("opens neither pipes, sockets nor devices", { timeout: 10_000 }, async (t) => {
  const { workspace } = await makeFolders(t);
  const app = join(workspace, "app");
  assert.equal(spawnSync("mkfifo", [join(app, "pipe")]).status, 0);
  const server = createServer().listen(join(app, "socket"));
  t.after(() => server.close());
  await once(server, "listening");
  for (const name of ["pipe", "socket"]) {
    assert.equal(await openFile(workspace, `app/${name}`, 10), "other");
    assert.equal(await listFolder(workspace, `app/${name}`, { maxEntries: 9, choose: all }), "other");
  }
  assert.equal(await openFile("/dev", "zero", 10), "other");
});

async function makeFolders(t: TestContext): Promise<{ workspace: string; outside: string }> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-browse-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [workspace, outside] = [join(folder, "workspace"), join(folder, "outside")];
  await mkdir(join(workspace, "app", "folder"), { recursive: true });
  await mkdir(outside);
  await writeFile(join(workspace, "app", "own.txt"), "own");
  await symlink("own.txt", join(workspace, "app", "link"));
  await writeFile(join(outside, "secret.txt"), "secret");
  return { workspace, outside };
}
