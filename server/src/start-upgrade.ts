import type pg from "pg";
import type { Config, Environment } from "./config.ts";
import { AppError } from "./core/base/index.ts";
import { checkDatabase } from "./doctor/check-machine.ts";
import { countWatchers } from "./postgres/connect.ts";
import { runBackup } from "./start-backup.ts";
import { type Installation, readShellConfig, withDatabase } from "./start-installation.ts";
import { ownVersion, readVersion, writeVersion } from "./start-version.ts";
import { migrate, newestMigration, readMigrations } from "./store/migrate.ts";
import { readRequiredMigration } from "./store/required-migration.ts";
import { decidePlan, type MigrationPlan } from "./upgrade/decide-plan.ts";
import { findWrites, takeMark } from "./upgrade/mark.ts";
import { findProcesses } from "./upgrade/processes.ts";
import { writeRecord } from "./upgrade/record.ts";

export interface UpgradePlan extends MigrationPlan {
  readonly from: string | null;
  readonly to: string;
  readonly dataDir: string;
  /** True if the backup contains the database, because it is embedded. */
  readonly hasDatabase: boolean;
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
  readonly keepsPrevious: boolean;
  /** True if `tembo upgrade --back` can restore the backup. */
  readonly canGoBack: boolean;
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
 * Backs up the stopped server, applies the migrations and verifies the database. Throws `conflict` if a process uses the database
 * or the backup file exists. If a migration fails, `tembo upgrade --back` still restores the backup.
 */
export async function runUpgrade(
  env: Environment,
  { backup }: { readonly backup: string },
): Promise<Upgraded> {
  const config = await readShellConfig(env);
  const { plan, before } = await withDatabase(config, async ({ pool }) => {
    const found = await readPlan(config, pool);
    requireStopped(found.running);
    return { plan: found, before: await takeMark(pool) };
  });
  const { file } = await runBackup(env, { file: backup, withMasterKey: false });
  return withDatabase(config, async ({ pool, log }) => {
    const written = await findWrites(pool, before);
    if (written === null || written.length > 0) throw startedMeanwhile();
    await migrateAndRecord({ pool, log }, config.dataDir, { backup: file, plan });
    requireStopped(await runningOn(config, pool));
    await writeVersion(config.dataDir);
    const check = await checkDatabase(config);
    if (!check.ok) throw new AppError("unavailable", `${check.detail}. ${check.fix}`);
    return {
      from: plan.from,
      to: ownVersion,
      backup: file,
      migrations: plan.pending,
      rows: await countRows(pool, before.tables),
      database: check.detail,
      keepsPrevious: plan.keepsPrevious,
      canGoBack: plan.hasDatabase,
    };
  });
}

async function migrateAndRecord(
  { pool, log }: Pick<Installation, "pool" | "log">,
  dataDir: string,
  { backup, plan }: { readonly backup: string; readonly plan: UpgradePlan },
): Promise<void> {
  try {
    await migrate(pool, { log });
  } finally {
    // Also after a failure, so that the migrations that were applied can be undone.
    const mark = await takeMark(pool);
    await writeRecord(dataDir, {
      at: new Date().toISOString(),
      backup,
      from: { version: plan.from, migration: plan.newestApplied },
      to: { version: ownVersion, migration: await newestMigration() },
      mark,
    });
  }
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
    hasDatabase: config.databaseUrl === null,
    running: await runningOn(config, pool),
  };
}

/** Lists the processes that use the database. Processes of an embedded database hold its lock, so none is missed. */
export async function runningOn({ databaseUrl, dataDir }: Config, pool: pg.Pool): Promise<readonly string[]> {
  if (databaseUrl !== null) return findProcesses(pool);
  const others = (await countWatchers(pool)) - 1;
  return others > 0
    ? [`${others} ${others === 1 ? "process" : "processes"} with the data folder ${dataDir}`]
    : [];
}

export function requireStopped(running: readonly string[]): void {
  if (running.length === 0) return;
  const message = `These processes still use the database: ${running.join(", ")}. Stop them, and try again. A killed process counts for 30 seconds.`;
  throw new AppError("conflict", message);
}

const startedMeanwhile = () =>
  new AppError(
    "conflict",
    "Another process wrote to the database during the backup. Stop all servers and workers, and try again.",
  );

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
