import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { describeLowDisk, readyDataDir } from "./start-folder.ts";

const isRoot = process.getuid?.() === 0;

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "tembo-folder-"));
  await chmod(path, 0o755);
  t.after(() => rm(path, { recursive: true }));
  return path;
}

test("creates the data folder and accepts an existing one", async (t) => {
  const path = join(await folder(t), "a/b");
  await readyDataDir(path);
  await readyDataDir(path);
  assert.ok((await stat(path)).isDirectory());
});

test("reports a file in place of the folder, and explains the fix", async (t) => {
  const file = join(await folder(t), "file");
  await writeFile(file, "");
  for (const path of [file, join(file, "below")])
    await assert.rejects(readyDataDir(path), {
      code: "unavailable",
      message: /not a folder.*TEMBO_DATA_DIR/,
    });
});

test("reports a folder that this user cannot write to, and explains the fix", async (t) => {
  const parent = await folder(t);
  await chmod(parent, 0o555);
  // Root may write to any folder, so the process switches to another user temporarily.
  if (isRoot) process.seteuid!(12_345);
  try {
    // The check uses the real user ID, which is still root's.
    for (const path of isRoot ? [join(parent, "data")] : [parent, join(parent, "data")])
      await assert.rejects(readyDataDir(path), {
        code: "unavailable",
        message: /cannot write.*TEMBO_DATA_DIR/,
      });
  } finally {
    if (isRoot) process.seteuid!(0);
    await chmod(parent, 0o755);
  }
});

test("warns only if the disk has less space than sessions need", async (t) => {
  const path = await folder(t);
  assert.match(
    (await describeLowDisk(path, 1e18)) ?? "",
    new RegExp(`nearly full: .* GB free for ${path}\\. Free at least .* TEMBO_DATA_DIR`),
  );
  assert.equal(await describeLowDisk(path, 1), null);
});
