import type pg from "pg";

type Queryable = Pick<pg.Pool, "query">;

/**
 * Age of the last heartbeat from which a process counts as ended. A frozen machine, or one without a network, is lost after
 * the same time.
 */
const endedSeconds = 30;

/** Returns the oldest migration that a process must know, or null if the database is older than this rule. */
export async function readRequiredMigration(db: Queryable): Promise<string | null> {
  const { rows: found } = await db.query<{ isThere: boolean }>(
    `select to_regclass('required_migration') is not null as "isThere"`,
  );
  if (found[0]?.isThere !== true) return null;
  const { rows } = await db.query<{ name: string }>("select name from required_migration");
  return rows[0]!.name;
}

/** Returns the names of the running processes that do not know the migration, such as "worker on alpha (0089-a.sql)". */
export async function findOlderProcesses(db: Queryable, required: string): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select distinct format('%s (%s)', process, coalesce(newest_migration, 'older version')) as name from (
       select 'worker on ' || host as process, newest_migration, heartbeat_at from workers where stopped_at is null
       union all
       select 'server on ' || coalesce(host, address, id::text), newest_migration, heartbeat_at from servers
     ) as processes
     where heartbeat_at > now() - make_interval(secs => $2)
       and coalesce(newest_migration, '') collate "C" < $1 collate "C"
     order by name`,
    [required, endedSeconds],
  );
  return rows.map(({ name }) => name);
}
