import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmod,
  chown,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { zstdCompressSync } from "node:zlib";
import { digest } from "./backup/archive.ts";
import { fileOf } from "./backup/database-facts.ts";
import { filesMember } from "./backup/manifest.ts";
import { findPostmaster } from "./postgres/postmaster.ts";
import { startPostgres } from "./postgres/start-postgres.ts";
import { runBackup } from "./start-backup.ts";
import { withDatabase } from "./start-installation.ts";
import { runRestore } from "./start-restore.ts";
import { runUpgradeBack } from "./start-upgrade-back.ts";
import { readContent } from "./testing/database-content.ts";
import { changeBackup, createEmptyDatabase, createInstallation } from "./testing/installation-to-back-up.ts";
import { writeOldBackup } from "./testing/old-backup.ts";
import { takeMark } from "./upgrade/mark.ts";

const quiet = { info() {}, warn() {}, error() {} };
const contentOf = (dataDir: string) =>
  withDatabase({ dataDir, databaseUrl: null }, ({ pool }) => readContent(pool));

test("restores an external database with all its rows into another one", { timeout: 120_000 }, async (t) => {
  const { folder, dataDir, store, file, env, envOf } = await createInstallation(t);
  const before = await readContent(store.database.pool);
  await store.database.pool.query("create table of_another_program (id int)");
  const mark = await takeMark(store.database.pool);
  const record = { at: "2026-01-01", backup: file, from: {}, to: {}, state: "complete", mark };
  await writeFile(join(dataDir, "upgrade.json"), JSON.stringify(record));
  const { hasDatabase } = await runBackup(env, { file });
  assert.equal(hasDatabase, true);
  assert.deepEqual(await readdir(folder), ["backup.tar", "data"], "only the backup remains");
  const target = await createEmptyDatabase(t);
  const path = join(folder, "restored");
  await runRestore(envOf(path, target.url), { file });
  assert.deepEqual(await readContent(target.pool), before);
  assert.equal(await readFile(join(path, "sessions", "file"), "utf8"), "kept");
  assert.deepEqual((await readdir(path)).toSorted(), ["sessions", "version"]);
  await assert.rejects(
    runUpgradeBack(envOf(path, target.url), { isDryRun: true }),
    /has no upgrade to go back from/,
    "the transaction IDs of the record belong to another cluster",
  );
  assert.equal((await stat(path)).mode & 0o777, (await stat(dataDir)).mode & 0o777);
});

test("moves an installation to an embedded database and back", { timeout: 180_000 }, async (t) => {
  const { folder, store, file, env, envOf } = await createInstallation(t);
  const before = await readContent(store.database.pool);
  await runBackup(env, { file });
  const embedded = join(folder, "embedded");
  await runRestore(envOf(embedded), { file });
  assert.deepEqual(await contentOf(embedded), before);
  assert.deepEqual((await readdir(embedded)).toSorted(), ["postgres", "sessions", "version"]);
  assert.equal(await findPostmaster(join(embedded, "postgres/data")), null, "PostgreSQL was stopped");

  const second = join(folder, "second.tar");
  await runBackup(envOf(embedded), { file: second });
  const target = await createEmptyDatabase(t);
  await runRestore(envOf(join(folder, "external"), target.url), { file: second });
  assert.deepEqual(await readContent(target.pool), before);
  assert.deepEqual(await readdir(join(folder, "external")), ["sessions", "version"]);
});

test("restores a backup of version 0.1.0 into an embedded and an external database", {
  timeout: 180_000,
}, async (t) => {
  const { folder, file, env, envOf } = await createInstallation(t);
  await runBackup(env, { file });
  const source = join(folder, "source");
  await runRestore(envOf(source), { file });
  const old = join(folder, "old.tar");
  const postgres = await startPostgres({ dataDir: source, log: quiet });
  const newest = Object.keys((await manifestOf(file, folder)).database!.migrations)
    .sort()
    .at(-1)!;
  await writeOldBackup(source, newest, old).finally(() => postgres.stop());
  const before = await contentOf(source);

  const embedded = join(folder, "embedded");
  await runRestore(envOf(embedded), { file: old });
  assert.deepEqual(await contentOf(embedded), before);
  const target = await createEmptyDatabase(t);
  await runRestore(envOf(join(folder, "external"), target.url), { file: old });
  assert.deepEqual(await readContent(target.pool), before);
});

test("refuses a database with data or of another owner, and changes nothing", {
  timeout: 120_000,
}, async (t) => {
  const { folder, file, env, envOf } = await createInstallation(t);
  await runBackup(env, { file });
  const path = join(folder, "restored");
  const target = await createEmptyDatabase(t);
  await target.pool.query("create table notes as select 'kept' as text");
  await assert.rejects(runRestore(envOf(path, target.url), { file }), {
    code: "conflict",
    message: /The database "\w+" is not empty: it contains public\.notes\. Create an empty database/,
  });
  assert.deepEqual((await target.pool.query("select text from notes")).rows, [{ text: "kept" }]);
  await assert.rejects(stat(path), { code: "ENOENT" });
  await target.pool.query("drop table notes");

  const name = `guest_${process.pid}`;
  await target.pool.query(
    `create role ${name} login; grant all on database ${new URL(target.url).pathname.slice(1)} to ${name}`,
  );
  const tables = async () =>
    (await target.pool.query("select from pg_tables where schemaname in ('public', 'dbos')")).rowCount;
  const url = new URL(target.url);
  url.searchParams.set("options", `-c role=${name}`);
  await assert.rejects(runRestore(envOf(path, url.href), { file }), {
    code: "invalid_input",
    message:
      /The user of DATABASE_URL may not write the database: permission denied for schema public\. Use a user that owns/,
  });
  assert.equal(await tables(), 0);
  await target.pool.query(`drop owned by ${name}; drop role ${name}`);
  await runRestore(envOf(path, target.url), { file });
  assert.ok(
    (await target.pool.query("select from sessions")).rowCount! > 0,
    "control: the owner restores it",
  );
});

test("names the damaged part of a backup, and leaves the database empty", { timeout: 120_000 }, async (t) => {
  const { folder, file, env, envOf } = await createInstallation(t);
  await runBackup(env, { file });
  const target = await createEmptyDatabase(t);
  const path = join(folder, "restored");
  const isRejected = async (change: Parameters<typeof changeBackup>[2], message: RegExp) => {
    const changed = join(folder, "changed.tar");
    await changeBackup(file, changed, change);
    await assert.rejects(runRestore(envOf(path, target.url), { file: changed }), {
      code: "invalid_input",
      message,
    });
    const { rows } = await target.pool.query("select from pg_tables where schemaname in ('public', 'dbos')");
    assert.equal(rows.length, 0);
    await assert.rejects(stat(path), { code: "ENOENT" });
  };
  const messages = fileOf({ schema: "public", name: "messages" });
  const sessions = fileOf({ schema: "public", name: "sessions" });
  await isRejected(async (manifest, parts) => {
    await writeFile(join(parts, messages), "other");
    return manifest;
  }, /The backup is damaged: database\/public\.messages\.copy\.zst does not match the checksum/);
  // From here on, the checksums match.
  const replaced = async (manifest: { members: object }, parts: string, name: string, by: string) => {
    await writeFile(join(parts, name), await readFile(join(parts, by)));
    return { ...manifest, members: { ...manifest.members, [name]: await digest(join(parts, name)) } };
  };
  await isRejected(
    (manifest, parts) => replaced(manifest, parts, messages, sessions),
    /The backup is damaged: the rows of public\.messages cannot be read \(/,
  );
  const none = fileOf({ schema: "public", name: "artifacts" });
  await isRejected(
    (manifest, parts) => replaced(manifest, parts, messages, none),
    /The backup is damaged: public\.messages has 0 rows instead of \d/,
  );
  await isRejected(async (manifest, parts) => {
    const { database } = manifest;
    const tables = database!.tables.map((table) =>
      table.name === "messages" ? { ...table, rows: 0 } : table,
    );
    return { ...(await replaced(manifest, parts, messages, none)), database: { ...database, tables } };
  }, /The backup is damaged: the reference \w+ of \w+ leads to missing rows/);
  await isRejected(async (manifest) => {
    const { database } = manifest;
    return {
      ...manifest,
      database: { ...database, migrations: { ...database!.migrations, "0001-initial.sql": "x" } },
    };
  }, /another version of Tembo: it has another content of the migration 0001-initial\.sql/);
  await isRejected(
    async (manifest) => ({ ...manifest, newestMigration: "9999-newer.sql" }),
    /newer version of Tembo \(its database has 9999-newer\.sql\)/,
  );
  await isRejected(
    async (manifest) => ({ ...manifest, database: { ...manifest.database, engineVersion: 10_000 } }),
    /newer version of Tembo \(its engine has version 10000\)/,
  );
  await runRestore(envOf(path, target.url), { file });
});

test("names a truncated backup, and paths that lead through a file", { timeout: 120_000 }, async (t) => {
  const { folder, dataDir, file, env, envOf, store } = await createInstallation(t);
  await writeFile(join(dataDir, "sessions", "large"), randomBytes(100_000));
  await runBackup(env, { file, parts: "files" });
  const path = join(folder, "restored");
  const restore = (to: string, from: string) => runRestore(envOf(to, store.database.url), { file: from });
  const inFile = { code: "invalid_input", message: /does not exist\. Check the path\./ };
  await assert.rejects(restore(path, join(file, "backup.tar")), inFile);
  const toFile = /The data folder .*backup\.tar\/data is not a folder, or its path contains a file/;
  await assert.rejects(restore(join(file, "data"), file), { code: "invalid_input", message: toFile });
  const under = runBackup(env, { file: join(file, "second.tar"), parts: "files" });
  await assert.rejects(under, { code: "invalid_input", message: /This user cannot write to the folder/ });
  const noFolder = runBackup({ ...env, TEMBO_DATA_DIR: file }, { file: `${file}2`, parts: "files" });
  await assert.rejects(noFolder, { code: "invalid_input" });

  const cut = join(folder, "cut.tar");
  await copyFile(file, cut);
  await truncate(cut, 60_000);
  const tooShort = {
    code: "invalid_input",
    message: /cut\.tar is incomplete: it ends too early\. Copy it again/,
  };
  await assert.rejects(restore(path, cut), tooShort);
  // The header of the second part begins here.
  const manifest = JSON.stringify(await manifestOf(file, folder), null, 2);
  await truncate(cut, 512 + Math.ceil(manifest.length / 512) * 512);
  const missing = /The backup is incomplete: files\.tar\.zst is missing\. Copy it again/;
  await assert.rejects(restore(path, cut), { code: "invalid_input", message: missing });
  await assert.rejects(stat(path), { code: "ENOENT" });
  await restore(path, file);
});

test("restores and adopts paths that the kernel accepts only from inside the data folder", {
  timeout: 120_000,
  skip: process.getuid?.() !== 0 && "only root changes owners",
}, async (t) => {
  const { folder, dataDir, file, env, envOf, store } = await createInstallation(t);
  await chown(dataDir, 1234, 1234);
  const whole = join(folder, "whole.tar");
  await runBackup(env, { file: whole, parts: "files" });
  const names = [...Array(20).fill("d".repeat(200)), "e".repeat(60)];
  // Earlier versions packed such paths.
  await changeBackup(whole, file, async (manifest, parts) => {
    const from = join(parts, "from");
    await mkdir(from);
    const script = `for (1..20) { mkdir $ARGV[0] or die; chdir $ARGV[0] or die } open F, ">", $ARGV[20] or die`;
    execFileSync("perl", ["-e", script, ...names], { cwd: from });
    const packed = execFileSync("tar", ["-C", from, "--owner=1234", "--group=1234", "-cf", "-", "."]);
    execFileSync("rm", ["-rf", from]);
    await writeFile(join(parts, filesMember), zstdCompressSync(packed));
    const written = await digest(join(parts, filesMember));
    return { ...manifest, members: { ...manifest.members, [filesMember]: written } };
  });
  const path = join(folder, "restored");
  try {
    await runRestore(envOf(path, store.database.url), { file });
    const found = execFileSync("find", [".", "-type", "f", "-printf", "%f %U"], { cwd: path }).toString();
    assert.equal(found, `${names[20]} 0`);
    await assert.rejects(lstat(join(path, ...names)), { code: "ENAMETOOLONG" }, "control");
    // A restore that was killed leaves such paths.
    await rename(path, join(folder, "moved"));
    await mkdir(path);
    await rename(join(folder, "moved"), join(path, ".r99999999"));
    await runRestore(envOf(path, store.database.url), { file });
    assert.deepEqual(await readdir(path), [names[0]]);
  } finally {
    execFileSync("rm", ["-rf", path, join(folder, "moved")]);
  }
});

test("restores only the files of a further machine", { timeout: 60_000 }, async (t) => {
  const { folder, file, env, envOf, store } = await createInstallation(t);
  await runBackup(env, { file, parts: "files" });
  const path = join(folder, "restored");
  const result = await runRestore(envOf(path, store.database.url), { file });
  assert.equal(result.hasDatabase, false);
  assert.equal(await readFile(join(path, "sessions", "file"), "utf8"), "kept");
  const whole = join(folder, "whole.tar");
  await runBackup(env, { file: whole });
  const second = join(folder, "second");
  await assert.rejects(
    runRestore(envOf(second, store.database.url), { file: whole }),
    /is not empty/,
    "control",
  );
  await runRestore(envOf(second, store.database.url), { file: whole, filesOnly: true });
  assert.equal(await readFile(join(second, "sessions", "file"), "utf8"), "kept");
});

test("gives root the files of another user, but not those of sandboxes", {
  timeout: 60_000,
  skip: process.getuid?.() !== 0 && "only root changes owners",
}, async (t) => {
  const { folder, dataDir, file, env, envOf, store } = await createInstallation(t);
  const [user, sandbox] = [1_234, 1_000_000];
  for (const path of ["", "sessions", "version"]) await chown(join(dataDir, path), user, user);
  await chown(join(dataDir, "sessions/file"), sandbox, sandbox);
  await runBackup(env, { file, parts: "files" });
  const path = join(folder, "restored");
  // The folder of a volume exists, and cannot be replaced.
  await mkdir(join(path, "lost+found"), { recursive: true });
  const { ino } = await stat(path);
  await runRestore(envOf(path, store.database.url), { file });
  const owners = await Promise.all(
    ["", "sessions", "version", "sessions/file"].map(async (name) => (await lstat(join(path, name))).uid),
  );
  assert.deepEqual(owners, [0, 0, 0, sandbox]);
  assert.equal((await stat(path)).ino, ino);
});

test("restores an embedded database at the longest path, whatever the umask and the mode in the backup are", {
  timeout: 120_000,
  skip: process.getuid?.() !== 0 && "only root starts PostgreSQL as another user",
}, async (t) => {
  const { folder, dataDir, store, file, env, envOf } = await createInstallation(t);
  const before = await readContent(store.database.pool);
  await chmod(dataDir, 0o700);
  await runBackup(env, { file });
  const umask = process.umask(0o077);
  t.after(() => process.umask(umask));
  const parent = join(folder, "new");
  const path = join(parent, "x".repeat(64 - parent.length - 1));
  const tooLong = runRestore(envOf(`${path}x`), { file });
  await assert.rejects(tooLong, /1 bytes too long/, "control: this is the longest allowed path");
  await runRestore(envOf(path), { file });
  assert.deepEqual(await contentOf(path), before);
  await mkdir(join(folder, "control"));
  assert.equal((await stat(join(folder, "control"))).mode & 0o777, 0o700, "control: the umask applies");
});

test("writes the master key before the database, and removes it after an error", {
  timeout: 120_000,
}, async (t) => {
  const { folder, dataDir, file, env, envOf } = await createInstallation(t);
  await writeFile(join(dataDir, "master.key"), "key", { mode: 0o600 });
  await runBackup(env, { file, withMasterKey: true });
  const target = await createEmptyDatabase(t);
  const path = join(folder, "restored");
  const key = join(folder, "keys", "own.key");
  const restoring = () =>
    runRestore({ ...envOf(path, target.url), TEMBO_MASTER_KEY_FILE: key }, { file: given });
  const isEmpty = async () => {
    const { rows } = await target.pool.query("select from pg_tables where schemaname in ('public', 'dbos')");
    assert.equal(rows.length, 0);
    await assert.rejects(stat(path), { code: "ENOENT" });
  };
  let given = file;
  const noFolder =
    /The master key file .*own\.key cannot be created: ENOENT.* Create its folder for this user/;
  await assert.rejects(restoring(), { code: "invalid_input", message: noFolder });
  await isEmpty();
  await writeFile(join(folder, "keys"), "a file");
  const noPlace = /The master key file .*own\.key cannot be created: ENOTDIR.* set TEMBO_MASTER_KEY_FILE/;
  await assert.rejects(restoring(), { code: "invalid_input", message: noPlace });
  await isEmpty();
  await rm(join(folder, "keys"));

  await mkdir(join(folder, "keys"));
  given = join(folder, "damaged.tar");
  await changeBackup(file, given, async (manifest) => {
    const { tables } = manifest.database!;
    const damaged = tables.map((table) => (table.name === "messages" ? { ...table, rows: 9 } : table));
    return { ...manifest, database: { ...manifest.database!, tables: damaged } };
  });
  await assert.rejects(restoring(), /public\.messages has 2 rows instead of 9/);
  await isEmpty();
  assert.deepEqual(await readdir(join(folder, "keys")), []);

  given = file;
  await restoring();
  assert.equal(await readFile(key, "utf8"), "key");
  assert.equal((await stat(key)).mode & 0o777, 0o600);
  const inside = join(folder, "inside");
  const second = await createEmptyDatabase(t);
  await runRestore(envOf(inside, second.url), { file });
  assert.deepEqual((await readdir(inside)).toSorted(), ["master.key", "sessions", "version"]);
});

async function manifestOf(file: string, folder: string) {
  let found: Parameters<Parameters<typeof changeBackup>[2]>[0] | undefined;
  await changeBackup(file, join(folder, "same.tar"), async (manifest) => {
    found = manifest;
    return manifest;
  });
  return found!;
}
