import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { SharedFiles } from "./shared-files.ts";

async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-shared-files-"));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

test("writes a file once per server, and keeps the file of a server with other contents", async (t) => {
  const dataDir = await makeFolder(t);
  let composed = 0;
  const compose = (text: string) => () => {
    composed += 1;
    return text;
  };
  const [one, other] = [new SharedFiles(dataDir), new SharedFiles(dataDir)];
  const paths = await Promise.all([1, 2, 3].map(() => one.path("hosts", compose("a"))));
  assert.deepEqual([new Set(paths).size, composed], [1, 1]);
  const { ino } = await stat(paths[0]!);
  assert.equal(await other.path("hosts", compose("a")), paths[0]);
  assert.equal((await stat(paths[0]!)).ino, ino, "the same contents are not written again");
  const newer = await new SharedFiles(dataDir).path("hosts", compose("b"));
  assert.deepEqual([await readFile(paths[0]!, "utf8"), await readFile(newer, "utf8")], ["a", "b"]);
});

test("replaces a file whose contents are incomplete, and leaves no temporary file", async (t) => {
  const dataDir = await makeFolder(t);
  const path = await new SharedFiles(dataDir).path("init", () => "complete");
  await writeFile(path, "comp");
  assert.equal(await new SharedFiles(dataDir).path("init", () => "complete"), path);
  assert.equal(await readFile(path, "utf8"), "complete");
  assert.equal((await readdir(join(path, ".."))).length, 1);
});

test("tries again after a failure", async (t) => {
  const dataDir = await makeFolder(t);
  const files = new SharedFiles(dataDir);
  const blocked = join(dataDir, "runtime");
  await writeFile(blocked, "");
  await assert.rejects(
    files.path("init", () => "text"),
    { code: "ENOTDIR" },
  );
  await rm(blocked);
  assert.equal(await readFile(await files.path("init", () => "text"), "utf8"), "text");
});
