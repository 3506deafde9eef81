import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { lockFile } from "../../file-lock/file-lock.ts";
import { afterwards } from "../testing/afterwards.ts";
import { runInContainer } from "../testing/run-in-container.ts";
import { withUnfinished } from "./with-unfinished.ts";

const module = new URL("with-unfinished.ts", import.meta.url).href;

async function makeParent(t: TestContext): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), "tembo-unfinished-"));
  afterwards(t, () => rm(parent, { recursive: true }));
  return parent;
}

test("removes the unfinished folders of its kind only, and its own if the work fails", async (t) => {
  const parent = await makeParent(t);
  const kept = [".perl-1", "points-1"];
  for (const name of [".points-1", ...kept]) {
    await mkdir(join(parent, name));
    await writeFile(join(parent, name, "file"), "");
  }
  const failing = withUnfinished(parent, "points", async (unfinished) => {
    await mkdir(unfinished);
    throw new Error("no space");
  });
  await assert.rejects(failing, /no space/);
  await withUnfinished(parent, "points", async (unfinished) => {
    await mkdir(unfinished);
    await rename(unfinished, join(parent, "points-2"));
  });
  const names = (await readdir(parent)).filter((name) => name !== ".points.lock");
  assert.deepEqual(names.sort(), [...kept, "points-2"].sort());
});

test("leaves the folder of a process in another container alone until the process ends", {
  skip: process.getuid!() !== 0 && "needs root",
}, async (t) => {
  const parent = await makeParent(t);
  const { line: folder, end } = await runInContainer(
    t,
    `import { mkdirSync } from "node:fs";
    const { withUnfinished } = await import(${JSON.stringify(module)});
    await withUnfinished(${JSON.stringify(parent)}, "perl", (unfinished) => {
      mkdirSync(unfinished);
      console.log(unfinished);
      return new Promise(() => {});
    });`,
  );
  const later = withUnfinished(parent, "perl", () => {});
  assert.equal(await lockFile(join(parent, ".perl.lock"), { kind: "exclusive", waitMs: 0 }), null);
  assert.ok(existsSync(folder));
  await end();
  await later;
  assert.ok(!existsSync(folder), "control");
});
