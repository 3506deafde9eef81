import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { runBackup } from "./start-backup.ts";
import { writeVersion } from "./start-version.ts";

async function dataFolder(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "tembo-backup-"));
  t.after(() => rm(folder, { recursive: true }));
  const dataDir = join(folder, "data");
  await mkdir(dataDir);
  await writeVersion(dataDir);
  return {
    dataDir,
    env: { TEMBO_DATA_DIR: dataDir, PATH: process.env.PATH },
    file: join(folder, "backup.tar"),
  };
}

test("a backup of a joined machine uses the settings that the machine received", async (t) => {
  const { dataDir, env, file } = await dataFolder(t);
  await assert.rejects(runBackup(env, { file, withMasterKey: false }), /contains no database/, "control");
  const received = { DATABASE_URL: "postgresql://tembo@127.0.0.1:1/tembo" };
  await writeFile(join(dataDir, "joined.json"), JSON.stringify(received));
  const { hasDatabase } = await runBackup(env, { file, withMasterKey: false });
  assert.equal(hasDatabase, false);
});

test("a command of an operator explains how to rename the folder of an interrupted swap", async (t) => {
  const { dataDir, env, file } = await dataFolder(t);
  await mkdir(join(dataDir, "postgres/data.upgraded-2026-01-31"), { recursive: true });
  const backup = runBackup(env, { file, withMasterKey: false });
  await assert.rejects(backup, /was interrupted\. Rename this folder to \S+\/postgres\/data,/);
});
