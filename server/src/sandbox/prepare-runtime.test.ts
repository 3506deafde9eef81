import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { prepareRuntime } from "./prepare-runtime.ts";

test("provides the same Node version to every user, with only the tembo program in the same folder", async (t) => {
  const dataDir = await makeFolder(t);
  const node = await prepareRuntime(dataDir);
  assert.equal((await promisify(execFile)(node, ["--version"])).stdout.trim(), process.version);
  for (let path = node; path !== dataDir; path = dirname(path)) {
    assert.equal((await stat(path)).mode & 0o555, 0o555, path);
  }
  assert.deepEqual((await readdir(dirname(node))).sort(), ["node", "tembo", "tembo-program"]);
});

test("reuses an existing runtime", async (t) => {
  const dataDir = await makeFolder(t);
  const before = await stat(await prepareRuntime(dataDir));
  const after = await stat(await prepareRuntime(dataDir));
  assert.equal(after.ino, before.ino);
});

test("replaces an incomplete runtime", async (t) => {
  const dataDir = await makeFolder(t);
  const node = await prepareRuntime(dataDir);
  const { size } = await stat(node);
  await rm(node);
  await writeFile(node, "cut");
  await prepareRuntime(dataDir);
  assert.equal((await stat(node)).size, size);
});

test("prepares only one runtime for concurrent calls", async (t) => {
  const dataDir = await makeFolder(t);
  const found = await Promise.all([1, 2, 3, 4].map(() => prepareRuntime(dataDir)));
  assert.equal(new Set(found).size, 1);
  assert.deepEqual((await readdir(dirname(found[0]!))).sort(), ["node", "tembo", "tembo-program"]);
});

async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-runtime-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
