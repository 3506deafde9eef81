import pg from "pg";
import { databaseUrl, resolveLayout } from "../layout.ts";

/** GNU tar patterns for files that PostgreSQL creates at its start, and for files that a copy must not contain. */
export const leftOutOfBackup = [
  "./pg_wal/*",
  "./postmaster.pid",
  "./postmaster.opts",
  "./pg_replslot/*",
  "./pg_dynshmem/*",
  "./pg_notify/*",
  "./pg_serial/*",
  "./pg_snapshots/*",
  "./pg_stat_tmp/*",
  "./pg_subtrans/*",
] as const;

export interface BaseBackup {
  /** Contents of the copy's `backup_label` file. */
  readonly label: string;
  /** Name of the first file in `pg_wal` that belongs to the copy. */
  readonly firstWal: string;
}

/**
 * Makes a consistent copy of a running PostgreSQL. Calls `copy` for the data folder during a backup, and then `copyLog` for the write-ahead
 * log that the copy needs. See "Making a Base Backup Using the Low Level API" in PostgreSQL's manual.
 */
export async function makeBaseBackup(
  dataDir: string,
  copy: (dataFolder: string) => Promise<void>,
  copyLog: (dataFolder: string, backup: BaseBackup) => Promise<void>,
): Promise<void> {
  const layout = resolveLayout(dataDir);
  const client = new pg.Client({ connectionString: databaseUrl(layout, "postgres", "postgres") });
  client.on("error", () => undefined);
  await client.connect();
  try {
    // The slot retains the write-ahead log that the copy needs. PostgreSQL drops the slot when the connection closes.
    await client.query("select pg_create_physical_replication_slot($1, true, true)", [
      `tembo_backup_${process.pid}`,
    ]);
    await client.query("select pg_backup_start('tembo', true)");
    await copy(layout.data);
    const { rows } = await client.query<{ labelfile: string }>("select labelfile from pg_backup_stop(false)");
    const label = rows[0]!.labelfile;
    await copyLog(layout.data, { label, firstWal: /\(file ([0-9A-F]{24})\)/.exec(label)![1]! });
  } finally {
    await client.end();
  }
}
