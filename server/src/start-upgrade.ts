import { existsSync } from "node:fs";
import type pg from "pg";
import type { Config, Environment } from "./config.ts";
import { AppError, asSentence } from "./core/base/index.ts";
import { checkDatabase } from "./doctor/check-machine.ts";
import { writeBackup } from "./start-backup.ts";
import { type Installation, readShellConfig, withDatabase } from "./start-installation.ts";
import { listProcesses, requireAlone } from "./start-upgrade-alone.ts";
import { findWritesSince, readRecord, type UpgradeRecord, writeRecord } from "./start-upgrade-record.ts";
import { ownVersion, readVersion, writeVersion } from "./start-version.ts";
import { migrate, newestMigration, readMigrations } from "./store/migrate.ts";
import { readRequiredMigration } from "./store/required-migration.ts";
import { decidePlan, type MigrationPlan } from "./upgrade/decide-plan.ts";
import { findWrites, takeMark } from "./upgrade/mark.ts";

export interface UpgradePlan extends MigrationPlan {
  readonly from: string | null;
  readonly to: string;
  readonly dataDir: string;
  /** Processes that use the database. They must stop before the upgrade. */
  readonly running: readonly string[];
}

export interface Upgraded {
  readonly from: string | null;
  readonly to: string;
  readonly backup: string;
  readonly migrations: readonly string[];
  /** Number of rows of the main tables, which is the same before and after the upgrade. */
  readonly rows: Readonly<Record<string, number>>;
  readonly database: string;
  readonly durations: UpgradeDurations;
  readonly keepsPrevious: boolean;
}

/** Durations of the parts of an upgrade, in milliseconds. The server is stopped during all of them. */
export interface UpgradeDurations {
  readonly backupMs: number;
  readonly migrationsMs: number;
  /** Time to read and compare the database's state before and after the upgrade, and to check the database. */
  readonly verificationMs: number;
}

/** Tables whose rows an upgrade counts. */
const mainTables = [
  "organizations",
  "users",
  "repositories",
  "sessions",
  "messages",
  "turns",
  "events",
] as const;

/** Reads what an upgrade would change, and changes nothing. Throws the errors of `readShellConfig` and `openInstallation`. */
export async function planUpgrade(env: Environment): Promise<UpgradePlan> {
  const config = await readShellConfig(env);
  return withDatabase(config, ({ pool }) => readPlan(config, pool));
}

/**
 * Backs up the stopped server, applies the migrations and verifies the database. Excludes all other processes from the embedded database
 * meanwhile. Throws `conflict` if a process uses the database or the backup file exists. If a migration fails, the upgrade can be repeated,
 * and `tembo upgrade --back` can restore the backup. `applyMigrations` is replaced in tests.
 */
export async function runUpgrade(
  env: Environment,
  { backup }: { readonly backup: string },
  applyMigrations: typeof migrate = migrate,
): Promise<Upgraded> {
  const config = await readShellConfig(env);
  return withDatabase(config, async (installation) => {
    const { pool, log } = installation;
    await requireAlone(config, installation);
    const plan = await readPlan(config, pool);
    const time = createTimes();
    const before = await time("verificationMs", () => takeMark(pool));
    const start = await time("backupMs", () => prepareReturn(config, installation, { plan, backup }));
    const written = await time("verificationMs", () => findWrites(pool, before));
    if (written === null || written.length > 0) throw startedMeanwhile();
    const facts = {
      at: new Date().toISOString(),
      backup: start.backup,
      from: start.from,
      to: { version: ownVersion, migration: await newestMigration() },
    };
    const { dataDir } = config;
    // A failed or killed upgrade leaves this record.
    const transaction = start.transaction ?? before.transaction;
    await writeRecord(dataDir, { ...facts, state: "pending", transaction });
    await time("migrationsMs", () => applyMigrations(pool, { log })).catch(adviseAfterFailure);
    const { mark, rows, check } = await time("verificationMs", async () => ({
      mark: await takeMark(pool),
      rows: await countRows(pool, before.tables),
      check: await checkDatabase(config),
    }));
    if (!check.ok) throw new AppError("unavailable", `${check.detail}. ${check.fix}`);
    await requireAlone(config, installation);
    await writeRecord(dataDir, { ...facts, state: "complete", mark });
    await writeVersion(dataDir);
    return {
      from: start.from.version,
      to: ownVersion,
      backup: start.backup,
      migrations: plan.pending,
      rows,
      database: check.detail,
      durations: time.durations,
      keepsPrevious: plan.keepsPrevious,
    };
  });
}

/**
 * Makes the backup to which `tembo upgrade --back` returns. Keeps that of an unfinished upgrade if only migrations wrote since, because a
 * new one would contain a part of the migrations.
 */
async function prepareReturn(
  config: Config,
  { pool, url }: Installation,
  { plan, backup }: { readonly plan: UpgradePlan; readonly backup: string },
): Promise<{
  readonly backup: string;
  readonly from: UpgradeRecord["from"];
  /** Transaction of the unfinished upgrade, or null. */
  readonly transaction: string | null;
}> {
  const record = await readRecord(config.dataDir);
  if (record?.state === "pending" && existsSync(record.backup)) {
    const written = await findWritesSince(pool, record);
    if (written?.length === 0) return record;
  }
  const { file } = await writeBackup(config, { file: backup }, url);
  const from = { version: plan.from, migration: plan.newestApplied };
  return { backup: file, from, transaction: null };
}

async function readPlan(config: Config, pool: pg.Pool): Promise<UpgradePlan> {
  const { rows } = await pool.query<{ isThere: boolean }>(
    `select to_regclass('migrations') is not null as "isThere"`,
  );
  const applied =
    rows[0]?.isThere === true ? (await pool.query<{ name: string }>("select name from migrations")).rows : [];
  const names = new Set(applied.map(({ name }) => name));
  return {
    ...decidePlan(await readMigrations(), names, await readRequiredMigration(pool)),
    from: await readVersion(config.dataDir),
    to: ownVersion,
    dataDir: config.dataDir,
    running: await listProcesses(config, pool),
  };
}

const startedMeanwhile = () =>
  new AppError(
    "conflict",
    "Another process wrote to the database during the backup. Stop all servers and workers, and try again.",
  );

/** Adds the next steps to an error of the migrations. */
function adviseAfterFailure(cause: unknown): never {
  const message = `${asSentence(cause)} Correct the cause and run "tembo upgrade" again. To go back, run "tembo upgrade --back".`;
  throw new AppError(cause instanceof AppError ? cause.code : "internal", message, { cause });
}

/** Returns a function that runs a part of the upgrade, and adds its duration to `durations`. */
function createTimes() {
  const durations = { backupMs: 0, migrationsMs: 0, verificationMs: 0 };
  const time = async <T>(part: keyof UpgradeDurations, work: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const result = await work();
    durations[part] += Math.round(performance.now() - startedAt);
    return result;
  };
  return Object.assign(time, { durations: durations as UpgradeDurations });
}

/** Counts rows of the main tables. Throws `internal` if a table lost rows. */
async function countRows(pool: pg.Pool, before: Readonly<Record<string, string>>) {
  const counts: Record<string, number> = {};
  for (const table of mainTables) {
    const { rows } = await pool.query<{ count: string }>(`select count(*)::text as count from ${table}`);
    counts[table] = Number(rows[0]!.count);
    const earlier = Number(before[table] ?? 0);
    if (counts[table] < earlier)
      throw new AppError(
        "internal",
        `The table ${table} had ${earlier} rows before the upgrade, and has ${counts[table]} now. Run "tembo upgrade --back".`,
      );
  }
  return counts;
}
