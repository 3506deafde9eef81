import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { DatabaseFacts } from "./backup/database-facts.ts";
import { filesMember } from "./backup/manifest.ts";
import { withReason } from "./core/base/index.ts";
import { migrateEngine } from "./engine/migrate-engine.ts";
import { findPostmaster } from "./postgres/postmaster.ts";
import { startPostgres } from "./postgres/start-postgres.ts";
import { replaceFrom } from "./start-database-dump.ts";
import { withDatabase } from "./start-installation.ts";
import { runRestore } from "./start-restore.ts";
import { planUpgrade, runUpgrade } from "./start-upgrade.ts";
import { runUpgradeBack } from "./start-upgrade-back.ts";
import { readRecord, type UpgradeRecord, writeRecord } from "./start-upgrade-record.ts";
import { readVersion, writeVersion } from "./start-version.ts";
import { migrate, readMigrations } from "./store/migrate.ts";
import { readContent } from "./testing/database-content.ts";
import { changeBackup, waitForLock } from "./testing/installation-to-back-up.ts";
import { createTestDatabase } from "./testing/test-database.ts";

const quiet = { info() {}, warn() {}, error() {} };
const migrations = await readMigrations();
const newest = migrations.at(-1)!.name;
/** Migrations of the version before the upgrade. */
const earlier = migrations.slice(0, -3);
const earlierNewest = earlier.at(-1)!.name;
/** Applies a part of the migrations, and fails at the newest one. */
const failAtNewest: typeof migrate = (pool, options) =>
  migrate(pool, {
    ...options,
    migrations: [...migrations.slice(0, -1), { name: newest, text: "select 1 / 0" }],
  });

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-upgrade-"));
  await chmod(folder, 0o755);
  t.after(async () => {
    const pid = await findPostmaster(join(folder, "data/postgres/data"));
    if (pid !== null) process.kill(pid, "SIGKILL");
    await rm(folder, { recursive: true, maxRetries: 20, retryDelay: 100 });
  });
  return folder;
}

/** Creates an installation of an earlier version, with an embedded database. */
async function oldInstallation(t: TestContext) {
  const folder = await temporaryFolder(t);
  const dataDir = join(folder, "data");
  const postgres = await startPostgres({ dataDir, log: quiet });
  await postgres.stop();
  const place = { dataDir, databaseUrl: null };
  await withDatabase(place, ({ pool }) => migrate(pool, { migrations: earlier }));
  await writeVersion(dataDir, "0.0.1");
  return {
    folder,
    dataDir,
    env: { TEMBO_DATA_DIR: dataDir, PATH: process.env.PATH },
    run: (text: string) => withDatabase(place, async ({ pool }) => (await pool.query(text)).rows),
    isPending: async () => (await planUpgrade({ TEMBO_DATA_DIR: dataDir })).pending,
  };
}

test("an upgrade keeps all other processes from the database until its end", {
  timeout: 120_000,
}, async (t) => {
  const { folder, dataDir, env, run } = await oldInstallation(t);
  const other = await startPostgres({ dataDir, log: quiet });
  const inUse = runUpgrade(env, { backup: join(folder, "used.tar") });
  await assert.rejects(inUse, {
    code: "conflict",
    message: /still use the database: 1 process with the data folder/,
  });
  await other.stop();
  assert.equal(await readRecord(dataDir), null);

  const attempts: string[] = [];
  const tryToStart = async () => {
    try {
      await (await startPostgres({ dataDir, log: quiet })).stop();
      attempts.push("started");
    } catch (cause) {
      attempts.push(withReason("failed", cause));
    }
  };
  const backup = join(folder, "before.tar");
  const upgraded = await runUpgrade(env, { backup }, async (pool, options) => {
    await tryToStart();
    await migrate(pool, options);
    await tryToStart();
  });
  assert.equal(attempts.length, 2);
  for (const attempt of attempts) assert.match(attempt, /Another command changes the database/);
  await tryToStart();
  assert.equal(attempts[2], "started", "control: another process starts afterwards");
  assert.deepEqual([upgraded.from, upgraded.backup], ["0.0.1", backup]);

  // The path of a data folder may contain a symbolic link.
  const link = join(folder, "link");
  await symlink(dataDir, link);
  const wentBack = await runUpgradeBack({ ...env, TEMBO_DATA_DIR: link }, { isDryRun: false });
  assert.ok(wentBack.kept!.startsWith(join(folder, "before-upgraded-")));
  assert.deepEqual(await run("select max(name) as name from migrations"), [{ name: earlierNewest }]);
  assert.equal(await readVersion(dataDir), "0.0.1");
  assert.equal(await readRecord(dataDir), null);
  const left = await readdir(dataDir, { recursive: true });
  assert.deepEqual(
    left.filter((name) => name.includes(".tmp.")),
    [],
  );
});

test("a failed migration leaves the way back, and the upgrade can be repeated", {
  timeout: 120_000,
}, async (t) => {
  const { folder, dataDir, env, run, isPending } = await oldInstallation(t);
  const first = join(folder, "first.tar");
  const failed = runUpgrade(env, { backup: first }, failAtNewest);
  const advice =
    /division by zero\. Correct the cause and run "tembo upgrade" again\. To go back, run "tembo upgrade --back"\./;
  await assert.rejects(failed, ({ code, message }) => {
    assert.equal(code, "internal");
    assert.ok(message.startsWith(`The migration ${newest} failed: `), message);
    assert.match(message, advice);
    return true;
  });
  assert.equal((await readRecord(dataDir))?.state, "pending");
  assert.deepEqual(await isPending(), [newest], "control: a part of the migrations was applied");

  // A repeated upgrade keeps the backup from before the first one.
  const second = join(folder, "second.tar");
  const upgraded = await runUpgrade(env, { backup: second });
  assert.deepEqual([upgraded.backup, upgraded.from], [first, "0.0.1"]);
  await assert.rejects(stat(second), { code: "ENOENT" });
  const record = await readRecord(dataDir);
  assert.deepEqual([record?.state, record?.from.migration], ["complete", earlierNewest]);
  await runUpgradeBack(env, { isDryRun: false });
  assert.deepEqual((await isPending()).length, 3);

  // A stop after the commit leaves the record.
  const repeated = join(folder, "repeated.tar");
  await runUpgrade(env, { backup: repeated });
  let stopped: UpgradeRecord | null = null;
  const { kept } = await runUpgradeBack(env, { isDryRun: false }, async () => {
    stopped = await readRecord(dataDir);
  });
  await writeRecord(dataDir, stopped!);
  await writeVersion(dataDir);
  const again = await runUpgradeBack(env, { isDryRun: false });
  assert.deepEqual([again.kept, again.version], [kept, "0.0.1"]);
  assert.deepEqual([await readVersion(dataDir), await readRecord(dataDir)], ["0.0.1", null]);
  // Later migrations are a write.
  await writeRecord(dataDir, stopped!);
  await withDatabase({ dataDir, databaseUrl: null }, ({ pool }) => migrate(pool, {}));
  await assert.rejects(runUpgradeBack(env, { isDryRun: false }), /Something was written since the upgrade/);
  await rm(join(dataDir, "upgrade.json"));
  await rm(dataDir, { recursive: true });
  await runRestore(env, { file: repeated });

  // Also directly after the failure.
  const third = join(folder, "third.tar");
  await assert.rejects(runUpgrade(env, { backup: third }, failAtNewest), /division by zero/);
  await runUpgradeBack(env, { isDryRun: false });
  assert.deepEqual((await isPending()).length, 3);

  // A process that ran since the failure wrote at least a heartbeat.
  const fourth = join(folder, "fourth.tar");
  await assert.rejects(runUpgrade(env, { backup: fourth }, failAtNewest), /division by zero/);
  await run("insert into rate_limits (key, points) values ('x', 1)");
  await assert.rejects(runUpgradeBack(env, { isDryRun: false }), /Changed tables: rate_limits\./);
  const fifth = join(folder, "fifth.tar");
  assert.equal((await runUpgrade(env, { backup: fifth })).backup, fifth, "a new backup contains the write");
});

test("with DATABASE_URL, an upgrade ends if a process started during it, and can be repeated", {
  timeout: 120_000,
}, async (t) => {
  const database = await createTestDatabase();
  t.after(() => database.drop());
  await migrate(database.pool, { migrations: earlier });
  const folder = await temporaryFolder(t);
  const dataDir = join(folder, "data");
  const env = { TEMBO_DATA_DIR: dataDir, DATABASE_URL: database.url, PATH: process.env.PATH };
  await mkdir(dataDir);
  await writeVersion(dataDir, "0.0.1");

  const startServer = () =>
    database.pool.query(
      "insert into servers (id, machine_id, heartbeat_at) values (gen_random_uuid(), gen_random_uuid(), now())",
    );
  await startServer();
  const inUse = runUpgrade(env, { backup: join(folder, "used.tar") });
  await assert.rejects(inUse, { code: "conflict", message: /still use the database: server at/ });
  await database.pool.query("delete from servers");

  const first = join(folder, "first.tar");
  const disturbed = runUpgrade(env, { backup: first }, async (pool, options) => {
    await migrate(pool, options);
    await startServer();
  });
  await assert.rejects(disturbed, { code: "conflict", message: /still use the database: server at/ });
  assert.equal((await readRecord(dataDir))?.state, "pending");
  await database.pool.query("delete from servers");

  const upgraded = await runUpgrade(env, { backup: join(folder, "second.tar") });
  assert.equal(upgraded.backup, first);
  assert.equal((await readRecord(dataDir))?.state, "complete");
});

test("with DATABASE_URL, goes back to the same rows unless a process runs or something was written", {
  timeout: 180_000,
}, async (t) => {
  const database = await createTestDatabase();
  t.after(() => database.drop());
  const { pool, url } = database;
  await migrate(pool, { migrations: earlier });
  await migrateEngine(pool, url);
  await pool.query(
    `insert into organizations (id, name, created_at, updated_at) values (gen_random_uuid(), 'Kept', now(), now())`,
  );
  await pool.query("insert into dbos.workflow_status (workflow_uuid, status) values ('a', 'PENDING')");
  const folder = await temporaryFolder(t);
  const dataDir = join(folder, "data");
  await mkdir(dataDir);
  await writeVersion(dataDir, "0.0.1");
  const env = { TEMBO_DATA_DIR: dataDir, DATABASE_URL: url, PATH: process.env.PATH };
  const before = await readContent(pool);
  await pool.query("create table of_another_program as select 1 as id");
  const backup = join(folder, "before.tar");
  await runUpgrade(env, { backup });
  const back = (isDryRun = false) => runUpgradeBack(env, { isDryRun });

  await pool.query(
    "insert into servers (id, machine_id, host, heartbeat_at) values (gen_random_uuid(), gen_random_uuid(), 'alpha', now())",
  );
  await assert.rejects(back(), {
    code: "conflict",
    message: /These processes still use the database: server at/,
  });
  await pool.query("delete from servers");
  const other = await pool.connect();
  await other.query("begin; set application_name = 'a report'; select from organizations");
  await assert.rejects(back(), {
    code: "conflict",
    message: /These connections use the tables: a report at a local socket/,
  });
  await other.query("rollback");
  other.release();

  const names = await readdir(folder);
  const dependent = async (on: string, message: RegExp) => {
    await pool.query(`create view of_a_report as select * from ${on}`);
    await assert.rejects(back(), { code: "conflict", message });
    assert.equal((await pool.query("select from of_a_report")).rowCount, 1, "control: the view stays");
    await pool.query("drop view of_a_report");
    assert.deepEqual(await readdir(folder), names, "the backup of the upgraded database is removed");
  };
  const onEngine =
    /Objects of another program depend on Tembo's tables: .* Drop them.*: view of_a_report depends on table dbos\./;
  await dependent("dbos.workflow_status", onEngine);
  await dependent("organizations", /view of_a_report depends on table organizations\./);
  const guest = new URL(url);
  const role = `upgrade_${process.pid}`;
  await pool.query(`create role ${role} login`);
  await pool.query(`grant usage on schema dbos to ${role}`);
  await pool.query(`grant all on all tables in schema public to ${role}`);
  await pool.query(`grant all on all tables in schema dbos to ${role}`);
  guest.searchParams.set("options", `-c role=${role}`);
  await assert.rejects(runUpgradeBack({ ...env, DATABASE_URL: guest.href }, { isDryRun: false }), {
    code: "invalid_input",
    message: /The user of DATABASE_URL may not write the database: must be owner of .* Use a user that owns/,
  });
  await pool.query(`drop owned by ${role}; drop role ${role}`);
  const none = await createTestDatabase();
  t.after(() => none.drop());
  const nothing = { code: "invalid_input", message: /contains no data of Tembo\. Set DATABASE_URL/ };
  const replacing = { url: none.url, requireUnused: async () => {} };
  await assert.rejects(replaceFrom(folder, {} as DatabaseFacts, replacing), nothing);

  assert.equal((await back(true)).kept, null);
  assert.equal((await planUpgrade(env)).pending.length, 0, "control: --dry-run changes nothing");
  // Only the database of the backup is read.
  const damaged = join(folder, "damaged.tar");
  await changeBackup(backup, damaged, async (manifest, parts) => {
    await writeFile(join(parts, filesMember), "damaged");
    return manifest;
  });
  await rename(damaged, backup);
  const inNew = { ...env, TEMBO_DATA_DIR: join(folder, "new") };
  await assert.rejects(
    runRestore(inNew, { file: backup, filesOnly: true }),
    /damaged: files\.tar\.zst/,
    "control",
  );
  const { kept, version } = await back();
  assert.equal(version, "0.0.1");
  assert.deepEqual((await pool.query("select id from of_another_program")).rows, [{ id: 1 }]);
  await pool.query("drop table of_another_program");
  assert.deepEqual(await readContent(pool), before);
  assert.equal((await planUpgrade(env)).pending.length, 3);
  assert.equal(await readRecord(dataDir), null);

  // The upgraded database remains in a backup.
  const target = await createTestDatabase();
  t.after(() => target.drop());
  const upgraded = { ...env, TEMBO_DATA_DIR: join(folder, "upgraded"), DATABASE_URL: target.url };
  await runRestore(upgraded, { file: kept! });
  assert.equal((await planUpgrade(upgraded)).pending.length, 0);

  await runUpgrade(env, { backup: join(folder, "second.tar") });
  const writer = await pool.connect();
  await writer.query("begin; update organizations set name = 'New'");
  await back(true);
  const late = back();
  await waitForLock(pool);
  await writer.query("commit");
  writer.release();
  await assert.rejects(late, /Changed tables: organizations\./, "a write that the first check does not see");
  await assert.rejects(back(), {
    code: "conflict",
    message: /Something was written.*Changed tables: organizations\./,
  });
  assert.equal((await planUpgrade(env)).pending.length, 0, "nothing was changed");
});
