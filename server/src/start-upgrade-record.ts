import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import { AppError } from "./core/base/index.ts";
import { replaceFile } from "./postgres/temporary.ts";
import { findWrites, findWritesBesideMigrations, type Mark } from "./upgrade/mark.ts";

/** The last upgrade, in a file of the data folder. `tembo upgrade --back` reads it. */
export type UpgradeRecord = UpgradeFacts & UpgradeState;

interface UpgradeFacts {
  readonly at: string;
  /** Absolute path of the backup from before the upgrade. */
  readonly backup: string;
  readonly from: { readonly version: string | null; readonly migration: string | null };
  readonly to: { readonly version: string; readonly migration: string };
  /** Set before `tembo upgrade --back` commits, so that it can be repeated after a stop. */
  readonly returning?: {
    /** Transaction that replaces the database. */
    readonly transaction: string;
    /** Backup of the upgraded database. */
    readonly kept: string;
  };
}

type UpgradeState =
  /** The migrations did not end. `transaction` is from before the first one. */
  | { readonly state: "pending"; readonly transaction: string }
  /** `mark` is the state of the database after the upgrade. */
  | { readonly state: "complete"; readonly mark: Mark };

const fileOf = (dataDir: string) => join(dataDir, "upgrade.json");

/** Returns the record, or null if there is none. Throws `invalid_input` if the file is damaged. */
export async function readRecord(dataDir: string): Promise<UpgradeRecord | null> {
  const file = fileOf(dataDir);
  try {
    return JSON.parse(await readFile(file, "utf8")) as UpgradeRecord;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
    if (!(cause instanceof SyntaxError)) throw cause;
    const message = `The file ${file} is damaged. Remove it, and restore the backup with "tembo restore".`;
    throw new AppError("invalid_input", message, { cause });
  }
}

export const writeRecord = (dataDir: string, record: UpgradeRecord): Promise<void> =>
  replaceFile(fileOf(dataDir), `${JSON.stringify(record, null, 2)}\n`, 0o600);

export const removeRecord = (dataDir: string) => rm(fileOf(dataDir), { force: true });

/** True if `tembo upgrade --back` replaced the database, and no migration was applied afterwards. */
export async function hasReturned(
  pool: Pick<pg.Pool, "query">,
  { returning, from }: UpgradeRecord,
): Promise<boolean> {
  if (returning === undefined) return false;
  const { rows } = await pool.query<{ isCommitted: boolean; newest: string | null }>(
    `select case when $1::xid8 < pg_snapshot_xmax(pg_current_snapshot()) then pg_xact_status($1::xid8) = 'committed' else false end
       as "isCommitted", (select max(name) from migrations) as newest`,
    [returning.transaction],
  );
  return rows[0]!.isCommitted && rows[0]!.newest === from.migration;
}

/** Returns the tables that were written since the record. Returns null if the record does not belong to this database. */
export const findWritesSince = (
  pool: Pick<pg.Pool, "query">,
  record: UpgradeRecord,
): Promise<readonly string[] | null> =>
  record.state === "pending"
    ? findWritesBesideMigrations(pool, record.transaction)
    : findWrites(pool, record.mark);
