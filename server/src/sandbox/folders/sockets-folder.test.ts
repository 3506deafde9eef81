import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { afterwards } from "../testing/afterwards.ts";
import { runInContainer } from "../testing/run-in-container.ts";
import { holdSocketsFolder } from "./sockets-folder.ts";

const module = new URL("sockets-folder.ts", import.meta.url).href;

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

test("removes what dead processes left in the folder, and keeps a socket that appears", async (t) => {
  const folder = await makeFolder(t);
  const release = await holdSocketsFolder(folder);
  for (const name of [".held-dead", ".old", ".new", ".s1", "m"]) await writeFile(join(folder, name), "");
  for (const name of [".old", "m"]) await utimes(join(folder, name), 0, 0);
  const other = await holdSocketsFolder(folder);
  await release();
  for (const name of [".old", ".s1"])
    assert.ok(existsSync(join(folder, name)), "control: a sandbox uses the folder");
  await other();
  assert.deepEqual((await readdir(folder)).sort(), [".new", "m"]);
});

test("keeps the folder of a sandbox in another container until its server ends", {
  skip: process.getuid!() !== 0 && "needs root",
}, async (t) => {
  const folder = await makeFolder(t);
  const { end } = await runInContainer(
    t,
    `const { holdSocketsFolder } = await import(${JSON.stringify(module)});
    globalThis.release = await holdSocketsFolder(${JSON.stringify(folder)});
    console.log("held");`,
  );
  const release = await holdSocketsFolder(folder);
  await release();
  assert.equal((await readdir(folder)).length, 1);
  await end();
  await release();
  assert.ok(!existsSync(folder), "control");
});

async function makeFolder(t: TestContext): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "tembo-sockets-"));
  afterwards(t, () => rm(root, { recursive: true, force: true }));
  return join(root, "s1");
}
