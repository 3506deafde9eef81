import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { holdSocketsFolder } from "./sockets-folder.ts";

test("keeps a session's sockets folder while a sandbox uses the folder or the folder contains a socket", async (t) => {
  const folder = await makeFolder(t);
  const releaseFirst = await holdSocketsFolder(folder);
  const releaseSecond = await holdSocketsFolder(folder);
  await releaseFirst();
  assert.ok(existsSync(folder), "another sandbox holds the folder");
  await writeFile(join(folder, "m"), "");
  await releaseSecond();
  assert.deepEqual(await readdir(folder), ["m"]);
  await rm(join(folder, "m"));
  await releaseSecond();
  assert.ok(!existsSync(folder));
  await releaseSecond();
});

test("removes a dead process's files from the folder, and keeps a running process's files", async (t) => {
  const folder = await makeFolder(t);
  const release = await holdSocketsFolder(folder);
  // No process has this pid.
  await writeFile(join(folder, ".4194305-1"), "");
  await writeFile(join(folder, ".4194305-held-1"), "");
  await writeFile(join(folder, `.${process.pid}-1`), "");
  await release();
  assert.deepEqual(await readdir(folder), [`.${process.pid}-1`]);
});

async function makeFolder(t: TestContext): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "tembo-sockets-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  return join(root, "s1");
}
