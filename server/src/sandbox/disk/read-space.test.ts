import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { findFileSystems, readSpace, shareReadings } from "./read-space.ts";

const disk = { device: 1, path: "/a" };
const numbers = { bsize: 10, blocks: 100, bavail: 50, files: 9, ffree: 8 };

test("finds each file system once, and reads its space", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "tembo-space-"));
  t.after(() => rm(folder, { recursive: true }));
  const systems = await findFileSystems([folder, tmpdir(), "/proc"]);
  assert.equal(systems.length, 2);
  const [space] = await readSpace(systems, 0);
  assert.ok(space!.freeBytes > 0 && space!.freeBytes <= space!.totalBytes);
  await assert.rejects(findFileSystems([join(folder, "missing")]), { code: "ENOENT" });
});

test("reads each file system once for all sandboxes until the reading is too old", async () => {
  const read: string[] = [];
  let nowMs = 0;
  const space = shareReadings({
    read: async (path) => {
      read.push(path);
      return numbers;
    },
    nowMs: () => nowMs,
  });
  const expected = { totalBytes: 1_000, freeBytes: 500, totalFiles: 9, freeFiles: 8 };
  const other = { device: 2, path: "/b" };
  assert.deepEqual(await space([disk, other], 500), [expected, expected]);
  await Promise.all([space([disk], 500), space([{ ...disk, path: "/a/c" }], 500)]);
  nowMs = 500;
  await space([disk], 500);
  assert.deepEqual(read, ["/a", "/b"]);
  nowMs = 501;
  await space([disk], 500);
  assert.deepEqual(read, ["/a", "/b", "/a"], "control");
  await space([disk], -1);
  assert.equal(read.length, 4, "a caller can require a new reading");
});

test("reads again if the folder of another sandbox is gone", async () => {
  const read = async (path: string) => {
    if (path === "/gone") throw new Error("gone");
    return numbers;
  };
  const space = shareReadings({ read, nowMs: () => 0 });
  const gone = space([{ device: 1, path: "/gone" }], 500);
  const other = space([disk], 500);
  await assert.rejects(gone, { message: "gone" });
  assert.equal((await other)[0]!.totalBytes, 1_000);
  await assert.rejects(space([{ device: 2, path: "/gone" }], 500), { message: "gone" });
  assert.equal((await space([{ device: 2, path: "/a" }], 500))[0]!.totalBytes, 1_000);
});
