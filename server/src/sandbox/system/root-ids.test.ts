import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { idsOfRoot } from "../../core/base/index.ts";
import { afterwards } from "../testing/afterwards.ts";
import { runInContainer } from "../testing/run-in-container.ts";
import { takeRootIds } from "./root-ids.ts";

const module = new URL("root-ids.ts", import.meta.url).href;
/** First ID of a few ranges that no other test on this machine uses. */
const base = 2_300_000_000 + (process.pid % 4_000) * 4 * idsOfRoot;

async function makeDataDir(t: TestContext): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "tembo-root-ids-"));
  afterwards(t, () => rm(dataDir, { recursive: true }));
  return dataDir;
}

test("gives a range to one sandbox at a time, whatever the data folder", async (t) => {
  const first = await takeRootIds(await makeDataDir(t), base);
  const second = await takeRootIds(await makeDataDir(t), base);
  assert.deepEqual([first.firstId, second.firstId], [base, base + idsOfRoot]);
  await first.release();
  await first.release();
  const again = await takeRootIds(await makeDataDir(t), base);
  assert.equal(again.firstId, base);
  for (const ids of [second, again]) await ids.release();
});

test("gives no range that a process in another container with the same data folder has", {
  skip: process.getuid!() !== 0 && "needs root",
}, async (t) => {
  const dataDir = await makeDataDir(t);
  const { line, end } = await runInContainer(
    t,
    `const { takeRootIds } = await import(${JSON.stringify(module)});
    globalThis.ids = await takeRootIds(${JSON.stringify(dataDir)}, ${base});
    console.log(ids.firstId);`,
  );
  assert.equal(Number(line), base);
  const firstFree = async (folder: string) => {
    const ids = await takeRootIds(folder, base);
    await ids.release();
    return ids.firstId;
  };
  assert.equal(await firstFree(dataDir), base + idsOfRoot);
  assert.equal(await firstFree(await makeDataDir(t)), base, "control: only the claim excludes it");
  await end();
  assert.equal(await firstFree(dataDir), base);
});
