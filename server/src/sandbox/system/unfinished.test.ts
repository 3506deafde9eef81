import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { removeUnfinished, unfinishedName } from "./unfinished.ts";

test("removes the unfinished folders of dead processes only", async (t) => {
  const parent = await mkdtemp(join(tmpdir(), "tembo-unfinished-"));
  t.after(() => rm(parent, { recursive: true }));
  // No process has this pid.
  const dead = ".points-4194305-1";
  const kept = [unfinishedName("points"), ".perl-4194305-1", "points-4194305-1"];
  for (const name of [dead, ...kept]) {
    await mkdir(join(parent, name));
    await writeFile(join(parent, name, "file"), "");
  }
  await removeUnfinished(parent, "points");
  assert.deepEqual((await readdir(parent)).sort(), kept.sort());
});
