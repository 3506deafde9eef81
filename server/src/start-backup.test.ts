import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { runBackup } from "./start-backup.ts";
import { runRestore } from "./start-restore.ts";
import { writeVersion } from "./start-version.ts";
import { readContent } from "./testing/database-content.ts";
import { createEmptyDatabase, createInstallation, waitForLock } from "./testing/installation-to-back-up.ts";

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
  await assert.rejects(runBackup(env, { file }), /contains no database/, "control");
  const received = { DATABASE_URL: "postgresql://tembo@127.0.0.1:1/tembo" };
  await writeFile(join(dataDir, "joined.json"), JSON.stringify(received));
  await assert.rejects(runBackup(env, { file }), /database at 127\.0\.0\.1:1 cannot be reached/);
  const inside = join(dataDir, "backup.tar");
  await assert.rejects(runBackup(env, { file: inside, parts: "files" }), /is in the data folder/);
  const blobs = runBackup(env, { file, parts: "files", withBlobs: true });
  await assert.rejects(blobs, { code: "invalid_input", message: /Leave out --with-blobs or --files-only/ });
  assert.equal((await runBackup(env, { file, parts: "files" })).hasDatabase, false);
});

test("a backup waits for a migration that rewrites a table, and contains its rows", {
  timeout: 120_000,
}, async (t) => {
  const { folder, store, file, env, envOf } = await createInstallation(t);
  const { pool } = store.database;
  const before = await readContent(pool);
  // A read in the same transaction would find no rows of the old table.
  const other = await pool.connect();
  await other.query("begin; alter table organizations alter column name type text using name || ''");
  // The backup can end before the commit returns, so its error is expected from here on.
  const refused = assert.rejects(runBackup(env, { file }), {
    code: "conflict",
    message: /added tables during the backup: "dbos"\."added"/,
  });
  await waitForLock(pool);
  await other.query("create table dbos.added (id int); commit");
  await refused;

  await other.query("drop table dbos.added");
  await other.query("begin; alter table organizations alter column name type text using name || ''");
  const second = runBackup(env, { file });
  await waitForLock(pool);
  await other.query("commit");
  other.release();
  await second;
  const target = await createEmptyDatabase(t);
  await runRestore(envOf(join(folder, "restored"), target.url), { file });
  assert.deepEqual(await readContent(target.pool), before);
});

test("an interrupted backup leaves no file, and the next one removes its parts", {
  timeout: 120_000,
}, async (t) => {
  const { folder, store, file, env } = await createInstallation(t);
  const failing = runBackup(env, { file, withMasterKey: true });
  await assert.rejects(failing, {
    code: "invalid_input",
    message: /The master key file .*data\/master\.key cannot be read: ENOENT.* leave out --with-master-key/,
  });
  assert.deepEqual(await readdir(folder), ["data"]);

  const { pool } = store.database;
  const other = await pool.connect();
  await other.query("begin; lock table workers in access exclusive mode");
  const script = `const { runBackup } = await import(${JSON.stringify(import.meta.resolve("./start-backup.ts"))});
    await runBackup(process.env, { file: ${JSON.stringify(file)} });`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], { env, stdio: "ignore" });
  await waitForLock(pool);
  child.kill("SIGKILL");
  await once(child, "exit");
  await other.query("rollback");
  other.release();
  const left = (await readdir(folder)).toSorted();
  assert.equal(left.length, 2, "control: a folder remains");
  assert.match(left[1]!, /^tembo-backup\.tmp\./);
  await runBackup(env, { file });
  assert.deepEqual((await readdir(folder)).toSorted(), ["backup.tar", "data"]);
});

test("a backup with the master key ends if the key is replaced during it", {
  timeout: 120_000,
}, async (t) => {
  const { folder, dataDir, store, file, env } = await createInstallation(t);
  const { pool } = store.database;
  const key = join(dataDir, "master.key");
  await writeFile(key, "old", { mode: 0o600 });
  const backUpWhile = async (change: () => Promise<void>) => {
    const other = await pool.connect();
    await other.query("begin; lock table workers in access exclusive mode");
    const backup = runBackup(env, { file, withMasterKey: true });
    await waitForLock(pool);
    await change();
    const [result] = await Promise.all([backup, other.query("rollback").finally(() => other.release())]);
    return result;
  };
  await assert.rejects(
    backUpWhile(() => writeFile(key, "new")),
    { code: "conflict", message: /The master key was replaced during the backup\. Wait until/ },
  );
  assert.deepEqual(await readdir(folder), ["data"]);
  assert.equal((await backUpWhile(async () => {})).hasMasterKey, true, "control");
});

test("explains why a database cannot be backed up", { timeout: 120_000 }, async (t) => {
  const { store, file, env, envOf, dataDir } = await createInstallation(t);
  const { pool, url } = store.database;
  const empty = await createEmptyDatabase(t);
  await assert.rejects(runBackup(envOf(dataDir, empty.url), { file }), /contains no data of Tembo/);
  const guest = new URL(url);
  const name = `reader_${process.pid}`;
  await pool.query(`create role ${name} login; grant select on migrations to ${name}`);
  guest.searchParams.set("options", `-c role=${name}`);
  await assert.rejects(runBackup(envOf(dataDir, guest.href), { file }), {
    code: "invalid_input",
    message:
      /The user of DATABASE_URL may not read the database: permission denied for .*Use the user of the server/,
  });
  await pool.query(`drop owned by ${name}; drop role ${name}`);
  await pool.query("insert into migrations (name, checksum) values ('9999-newer.sql', 'x')");
  await assert.rejects(
    runBackup(env, { file }),
    /newer version of Tembo migrated the database \(9999-newer\.sql\)/,
  );
  await pool.query("delete from migrations where name like '9999%'");
  assert.equal((await runBackup(env, { file })).hasDatabase, true, "control");
});
