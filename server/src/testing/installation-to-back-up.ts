import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type pg from "pg";
import { join as joinFiles, split } from "../backup/archive.ts";
import type { Manifest } from "../backup/manifest.ts";
import { migrateEngine } from "../engine/migrate-engine.ts";
import { pollUntil } from "../runtime/poll-until.ts";
import { writeVersion } from "../start-version.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";
import { openTestStore, type TestStore } from "./test-store.ts";

/** An installation with rows in an external database, and files in a data folder. */
export interface InstallationToBackUp {
  readonly folder: string;
  readonly dataDir: string;
  readonly store: TestStore;
  /** Path for a backup. */
  readonly file: string;
  readonly env: Environment;
  /** Settings of another installation. Without a URL, its database is embedded. */
  envOf(dataDir: string, databaseUrl?: string): Environment;
}

type Environment = Readonly<Record<string, string | undefined>>;

export async function createInstallation(t: TestContext): Promise<InstallationToBackUp> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-restore-"));
  // PostgreSQL's user enters the folder.
  await chmod(folder, 0o755);
  t.after(() => rm(folder, { recursive: true }));
  const store = await openTestStore();
  t.after(() => store.drop());
  const { pool, url } = store.database;
  await migrateEngine(pool, url);
  await pool.query(
    `insert into dbos.workflow_status (workflow_uuid, status, created_at)
     values ('a', 'PENDING', 1), (E'b\\t\\\\.\\n', 'SUCCESS', 2)`,
  );
  const session = await store.addSession({ title: "Tab\t, line\n, \\. and café ☕" });
  await store.addMessage(session.id, "\\N\n\\.\n");
  await store.startTurn(session.id);
  const dataDir = join(folder, "data");
  await mkdir(join(dataDir, "sessions"), { recursive: true });
  await writeFile(join(dataDir, "sessions", "file"), "kept");
  await writeVersion(dataDir);
  const envOf = (path: string, databaseUrl?: string) => ({
    TEMBO_DATA_DIR: path,
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    PATH: process.env.PATH,
  });
  return { folder, dataDir, store, file: join(folder, "backup.tar"), envOf, env: envOf(dataDir, url) };
}

export async function createEmptyDatabase(t: TestContext): Promise<TestDatabase> {
  const database = await createTestDatabase();
  t.after(() => database.drop());
  return database;
}

/** Writes a changed copy of a backup. `change` receives the folder of the unpacked parts, and returns the manifest to write. */
export async function changeBackup(
  file: string,
  to: string,
  change: (manifest: Manifest, folder: string) => Promise<unknown>,
): Promise<void> {
  const folder = await mkdtemp(`${to}-`);
  await split(file, folder);
  const path = join(folder, "manifest.json");
  const manifest = JSON.parse(await readFile(path, "utf8")) as Manifest;
  await writeFile(path, JSON.stringify(await change(manifest, folder)));
  await joinFiles(folder, ["manifest.json", ...Object.keys(manifest.members)], to);
  await rm(folder, { recursive: true });
}

/** Waits until a connection waits for a lock. */
export async function waitForLock(pool: pg.Pool): Promise<void> {
  const isWaiting = async () =>
    (
      await pool.query(
        "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      )
    ).rowCount !== 0;
  assert.ok(await pollUntil(isWaiting, { every: 20, timeoutMs: 60_000 }));
}
