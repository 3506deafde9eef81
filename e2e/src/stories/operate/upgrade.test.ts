import assert from "node:assert/strict";
import { chmod, mkdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import Tembo from "@tembo-io/sdk";
import { withDatabase } from "../../../../server/src/start-installation.ts";
import { migrate, readMigrations } from "../../../../server/src/store/migrate.ts";
import { createTestDatabase } from "../../../../server/src/testing/test-database.ts";
import { findWrites, takeMark } from "../../../../server/src/upgrade/mark.ts";
import {
  API_KEY,
  rejectsWithOutput,
  runOperatorCommand,
  startTemboProcess,
  temporaryDataDir,
} from "../../support/index.ts";
import { readOldDatabase, restoreOldDataFolder } from "../../support/old-data-folder.ts";

const uidBase = 1_000_000;

test("upgrades the data folder of an old version, and goes back unless something was written", async (t) => {
  const folder = await temporaryDataDir();
  t.after(() => folder.remove());
  await chmod(folder.path, 0o755);
  const dataDir = join(folder.path, "data");
  const env = { TEMBO_SANDBOX_UID_BASE: String(uidBase), PORT: "0" };
  const run = async (...args: string[]) =>
    JSON.parse((await runOperatorCommand(dataDir, ["--json", ...args], env)).stdout);

  await rejectsWithOutput(run("upgrade"), /contains no database. Set TEMBO_DATA_DIR/);
  await assert.rejects(stat(dataDir), { code: "ENOENT" });
  await mkdir(dataDir, { mode: 0o711 });
  await restoreOldDataFolder(dataDir, uidBase);
  const old = await readOldDatabase();
  const known = (await readMigrations()).map(({ name }) => name);
  const applied = old.rows["public.migrations"]!.map(({ name }) => String(name));
  const pending = known.filter((name) => !applied.includes(name));
  assert.ok(pending.length > 0, "control: the old version has fewer migrations");

  const { plan } = await run("upgrade", "--dry-run");
  assert.deepEqual(plan.pending, pending);
  assert.equal(plan.newestApplied, applied.toSorted().at(-1));
  assert.deepEqual([plan.from, plan.keepsPrevious, plan.running], [null, false, []]);
  await rejectsWithOutput(run("upgrade", "--back"), /has no upgrade to go back from/);

  const backup = join(folder.path, "before.tar");
  const { upgraded } = await run("upgrade", "--backup", backup);
  assert.deepEqual(upgraded.migrations, pending);
  assert.equal(upgraded.rows.sessions, old.rows["public.sessions"]!.length);
  assert.equal(upgraded.rows.events, old.rows["public.events"]!.length);
  assert.ok((await stat(backup)).size > 0);
  assert.deepEqual((await run("upgrade")).plan.pending, []);

  // Going back restores the old schema, and the upgrade can be repeated.
  const wentBack = await run("upgrade", "--back");
  assert.equal(wentBack.migration, plan.newestApplied);
  assert.ok((await stat(wentBack.kept)).isFile());
  assert.deepEqual((await run("upgrade", "--dry-run")).plan.pending, pending);
  const second = join(folder.path, "second.tar");
  await run("upgrade", "--backup", second);

  const tembo = await startTemboProcess({ dataDir, apiKey: API_KEY, env });
  t.after(() => tembo.stop());
  assert.equal((await readFile(join(dataDir, "version"), "utf8")).trim(), plan.to);
  await rejectsWithOutput(run("upgrade", "--back"), /still use the database: 1 process with the data folder/);
  await tembo.stop();
  // The first start moved attachments of this old version to encrypted files. The old version cannot read these.
  await rejectsWithOutput(
    run("upgrade", "--back"),
    /Something was written since the upgrade.* Changed tables: .*attachments.*tembo restore .*second.tar/,
  );
  await assert.rejects(run("upgrade", "--back", "--yes"), "--yes does not skip the check");
});

test("an idle server and reads write nothing that counts, and a new key counts", async (t) => {
  const folder = await temporaryDataDir();
  t.after(() => folder.remove());
  await chmod(folder.path, 0o711);
  const dataDir = folder.path;
  const use = async (work: (client: Tembo) => Promise<unknown>) => {
    const tembo = await startTemboProcess({ dataDir, apiKey: API_KEY });
    await work(new Tembo({ apiKey: API_KEY, baseURL: tembo.url })).finally(() => tembo.stop());
  };
  await use((client) => client.me.retrieve());
  const mark = await withDatabase({ dataDir, databaseUrl: null }, ({ pool }) => takeMark(pool));
  const writes = () => withDatabase({ dataDir, databaseUrl: null }, ({ pool }) => findWrites(pool, mark));
  await use(async (client) => {
    await client.me.retrieve();
    await client.session.list({ limit: 1 });
  });
  assert.deepEqual(await writes(), []);
  await use((client) => client.apiKeys.create({ name: "ci" }));
  assert.deepEqual(await writes(), ["api_keys"], "control: a new key counts");
});

test("a migration that fails half way is rolled back, and the command lists the next steps", async (t) => {
  const folder = await temporaryDataDir();
  t.after(() => folder.remove());
  await chmod(folder.path, 0o755);
  const dataDir = join(folder.path, "data");
  await mkdir(dataDir, { mode: 0o711 });
  await restoreOldDataFolder(dataDir, uidBase);
  const query = (text: string) =>
    withDatabase({ dataDir, databaseUrl: null }, async ({ pool }) => (await pool.query(text)).rows);
  const run = async (...args: string[]) =>
    JSON.parse((await runOperatorCommand(dataDir, ["--json", ...args])).stdout);
  const schema = `select table_name, column_name from information_schema.columns
    where table_schema = 'public' order by table_name, ordinal_position`;

  // The trigger function that the migration creates after its table exists already.
  await query("create function note_sender() returns trigger language plpgsql as 'begin return null; end'");
  const failing = "0091-session-participants.sql";
  const { plan } = await run("upgrade", "--dry-run");
  assert.ok(plan.pending.indexOf(failing) > 0, "control: other migrations come before");
  const before = await query(schema);
  const backup = join(folder.path, "before.tar");
  await rejectsWithOutput(
    run("upgrade", "--backup", backup),
    /The migration 0091-session-participants\.sql failed: .*note_sender.* already exists.*Correct the cause and run .*tembo upgrade.* again\. To go back, run .*tembo upgrade --back/,
  );
  assert.deepEqual(await query("select to_regclass('session_participants') as it"), [{ it: null }]);
  assert.notDeepEqual(await query(schema), before, "control: earlier migrations were applied");

  const wentBack = await run("upgrade", "--back");
  assert.equal(wentBack.migration, plan.newestApplied);
  assert.deepEqual(await query(schema), before);
  assert.deepEqual((await run("upgrade", "--dry-run")).plan.pending, plan.pending);
  // The restored database does not have the function that was in the way.
  const { upgraded } = await run("upgrade", "--backup", join(folder.path, "second.tar"));
  assert.deepEqual(upgraded.migrations, plan.pending);
});

test("upgrades an external database, and goes back", async (t) => {
  const database = await createTestDatabase();
  t.after(() => database.drop());
  const folder = await temporaryDataDir();
  t.after(() => folder.remove());
  const dataDir = folder.path;
  const env = { DATABASE_URL: database.url };
  const tembo = (...args: string[]) => runOperatorCommand(dataDir, args, env);
  const known = await readMigrations();
  await migrate(database.pool, { migrations: known.slice(0, -2) });
  await mkdir(join(dataDir, "forge"));

  const dry = await tembo("upgrade", "--dry-run");
  assert.match(dry.stdout, /Migrations to apply: 2/);
  const backups = `${dataDir}-backups`;
  await mkdir(backups);
  t.after(() => rm(backups, { recursive: true }));
  const backup = join(backups, "first.tar");
  const upgraded = await tembo("upgrade", "--yes", "--backup", backup);
  assert.match(upgraded.stdout, /Applied 2 migrations\./);
  assert.match(upgraded.stdout, /Durations: backup .*, migrations .*, verification /);
  const wentBack = JSON.parse((await tembo("--json", "upgrade", "--back", "--yes")).stdout);
  assert.ok((await stat(wentBack.kept)).isFile());
  assert.match((await tembo("upgrade", "--dry-run")).stdout, /Migrations to apply: 2/);
  await tembo("upgrade", "--yes", "--backup", join(backups, "second.tar"));

  const server = await startTemboProcess({ dataDir, apiKey: API_KEY, env });
  t.after(() => server.stop());
  await rejectsWithOutput(
    tembo("upgrade", "--back"),
    /These processes still use the database: server at .*worker on/,
  );
  const client = new Tembo({ apiKey: API_KEY, baseURL: server.url });
  assert.deepEqual((await client.sessions.list()).items, []);
});
