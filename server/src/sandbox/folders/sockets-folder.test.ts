import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { afterwards } from "../testing/afterwards.ts";
import { runInContainer } from "../testing/run-in-container.ts";
import { holdSocketsFolder } from "./sockets-folder.ts";

const module = new URL("sockets-folder.ts", import.meta.url).href;

test("keeps a session's sockets folder while a sandbox uses the folder or the folder contains a socket", async (t) => {
  const { dataDir, folder } = await makeFolder(t);
  const releaseFirst = await holdSocketsFolder(dataDir, folder);
  const releaseSecond = await holdSocketsFolder(dataDir, folder);
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
  const { dataDir, folder } = await makeFolder(t);
  const release = await holdSocketsFolder(dataDir, folder);
  for (const name of [".held-0123456789abcdef-dead", ".held-dead", ".old", ".new", ".s1", "m"])
    await writeFile(join(folder, name), "");
  for (const name of [".old", "m"]) await utimes(join(folder, name), 0, 0);
  const other = await holdSocketsFolder(dataDir, folder);
  await release();
  for (const name of [".old", ".s1"])
    assert.ok(existsSync(join(folder, name)), "control: a sandbox uses the folder");
  await other();
  assert.deepEqual((await readdir(folder)).sort(), [".new", "m"]);
});

test("removes a socket that a killed process had not renamed yet, and keeps one with a listener", async (t) => {
  const { dataDir, folder } = await makeFolder(t);
  const release = await holdSocketsFolder(dataDir, folder);
  const listen = `require("node:net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))`;
  const killed = spawnSync(process.execPath, ["-e", listen, join(folder, ".killed")]);
  assert.equal(killed.signal, "SIGKILL");
  const server = createServer().listen(join(folder, ".live"));
  await once(server, "listening");
  for (const name of [".killed", ".live"]) await utimes(join(folder, name), 0, 0);
  await release();
  assert.deepEqual(await readdir(folder), [".live"]);
  server.close();
});

test("keeps the folder of a sandbox in another container until its server ends", {
  skip: process.getuid!() !== 0 && "needs root",
}, async (t) => {
  const { dataDir, folder } = await makeFolder(t);
  const { end } = await runInContainer(
    t,
    `const { holdSocketsFolder } = await import(${JSON.stringify(module)});
    globalThis.release = await holdSocketsFolder(${JSON.stringify(dataDir)}, ${JSON.stringify(folder)});
    console.log("held");`,
  );
  const release = await holdSocketsFolder(dataDir, folder);
  await release();
  assert.equal((await readdir(folder)).length, 1);
  await end();
  await release();
  assert.ok(!existsSync(folder), "control");
});

async function makeFolder(t: TestContext) {
  const dataDir = await mkdtemp(join(tmpdir(), "tembo-sockets-"));
  afterwards(t, () => rm(dataDir, { recursive: true, force: true }));
  return { dataDir, folder: join(dataDir, "s1") };
}
