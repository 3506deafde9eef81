import type { Queryable } from "./mark.ts";

/** Age of the last heartbeat from which a process counts as ended. */
const endedSeconds = 30;

/** Lists the servers and workers with a recent heartbeat in the database. Databases of old versions do not list servers. */
export async function findProcesses(pool: Queryable): Promise<readonly string[]> {
  const { rows: found } = await pool.query<{ workers: boolean; servers: boolean }>(
    `select to_regclass('workers') is not null as workers, to_regclass('servers') is not null as servers`,
  );
  const texts = [
    ...(found[0]!.workers
      ? ["select 'worker on ' || host as process, heartbeat_at from workers where stopped_at is null"]
      : []),
    ...(found[0]!.servers
      ? ["select 'server at ' || coalesce(address, id::text), heartbeat_at from servers"]
      : []),
  ];
  if (texts.length === 0) return [];
  const { rows } = await pool.query<{ process: string }>(
    `select process from (${texts.join(" union all ")}) as processes (process, heartbeat_at)
     where heartbeat_at > now() - make_interval(secs => $1) order by process`,
    [endedSeconds],
  );
  return rows.map(({ process }) => process);
}
