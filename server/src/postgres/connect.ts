import pg from "pg";
import { AppError } from "../core/base/index.ts";
import { pollUntil } from "../runtime/poll-until.ts";
import { isCode } from "./errno.ts";
import { databaseUrl, type Layout } from "./layout.ts";

const leaveTimeoutMs = 3_000;

/** Advisory lock that every watcher of this PostgreSQL shares, so that the last watcher can stop PostgreSQL. */
export const watchLock = [0x7e3b0, 1] as const;
/** Advisory lock of the command that excludes all other processes from this PostgreSQL. */
export const exclusionLock = [0x7e3b0, 2] as const;
/** Time for which a new watcher waits for a process that stops PostgreSQL. Shorter than the time limit of a query. */
const watchLockTimeoutMs = 5_000;

/** Open connection to PostgreSQL. The connection closes when PostgreSQL exits, regardless of which process started PostgreSQL. */
export interface Watcher {
  readonly client: pg.Client;
  readonly ended: Promise<void>;
  /** True if PostgreSQL or the network ended the connection. */
  isLost(): boolean;
  /** Number of other processes that were watching when this watcher connected. */
  readonly others: number;
}

/**
 * Connects as the product's role and takes the watch lock. Throws `conflict` if a command excludes all other processes, and the errors
 * of `pg`.
 */
export async function connectWatcher(layout: Layout): Promise<Watcher> {
  const client = await connect(databaseUrl(layout));
  const ended = new Promise<void>((resolve) => client.once("end", () => resolve()));
  let isLost = false;
  client.on("error", () => {
    isLost = true;
  });
  try {
    await requireNotExcluded(client);
    await client.query("select pg_advisory_lock_shared($1, $2)", [...watchLock]);
    const others = (await countWatchers(client)) - 1;
    return { client, ended, isLost: () => isLost, others };
  } catch (cause) {
    await client.end();
    throw cause;
  }
}

async function requireNotExcluded(client: pg.Client): Promise<void> {
  if ((await findExcluder(client)) === null) return;
  throw new AppError(
    "conflict",
    'Another command changes the database of this data folder, for example "tembo upgrade". Wait until it has ended, and try again.',
  );
}

/** Returns the process ID of the connection that excludes all other processes, or null if there is none. */
async function findExcluder(client: pg.Client): Promise<number | null> {
  const { rows } = await client.query<{ pid: number }>(
    `select pid from pg_locks
     where locktype = 'advisory' and granted and classid = $1 and objid = $2 and objsubid = 2`,
    [...exclusionLock],
  );
  return rows[0]?.pid ?? null;
}

/**
 * Excludes all other processes from this PostgreSQL until the connection of this watcher closes. Returns false if another process
 * watches PostgreSQL. Versions that do not know the exclusion wait for the watch lock.
 */
export async function exclude(client: pg.Client): Promise<boolean> {
  if (!(await lockAlone(client))) return false;
  await client.query("select pg_advisory_lock($1, $2)", [...exclusionLock]);
  return true;
}

/** True if this connection still excludes all other processes. False also if the connection is lost. */
export async function isExcluding({ client, isLost }: Watcher): Promise<boolean> {
  try {
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    return (await findExcluder(client)) === rows[0]!.pid;
  } catch (cause) {
    // PostgreSQL releases the locks of a lost connection. If it stops during the query, only the error's code shows that.
    if (isLost() || isCode(cause, "57P01", "57P02", "57P03")) return false;
    throw cause;
  }
}

/** Counts the processes that watch this PostgreSQL, including the caller's. */
export async function countWatchers(client: Pick<pg.Pool, "query">): Promise<number> {
  const { rows } = await client.query<{ watchers: number }>(
    `select count(distinct pid)::int as watchers from pg_locks
     where locktype = 'advisory' and granted and classid = $1 and objid = $2 and objsubid = 2`,
    [...watchLock],
  );
  return rows[0]!.watchers;
}

/** Time for which a killed process's connection may remain open. */
const killedWithinMs = 500;

/**
 * Releases the shared lock. Returns true if no other process watches PostgreSQL. In that case, the caller may stop PostgreSQL, and new
 * watchers wait.
 */
export async function leave(client: pg.Client): Promise<boolean> {
  await client.query(withWatchLock("select pg_advisory_unlock_shared($1, $2)"));
  return lockAlone(client);
}

/** Takes the watch lock exclusively, unless another process holds it. */
function lockAlone(client: pg.Client): Promise<boolean> {
  return pollUntil(
    async () => {
      const { rows } = await client.query<{ isLast: boolean }>(
        withWatchLock('select pg_try_advisory_lock($1, $2) as "isLast"'),
      );
      return rows[0]?.isLast === true;
    },
    { every: 50, timeoutMs: killedWithinMs },
  );
}

const withWatchLock = (text: string) => ({
  text,
  values: [...watchLock],
  query_timeout: leaveTimeoutMs,
});

/** True if the role or the database is missing, which means that PostgreSQL runs but was never set up. */
export function isUnreadied(cause: unknown): boolean {
  return isCode(cause, "28000", "3D000");
}

/** Creates the role and its database. The role is not a superuser. Two processes can call it at the same time. */
export async function makeRoleAndDatabase(layout: Layout): Promise<void> {
  const client = await connect(databaseUrl(layout, "postgres", "postgres"));
  try {
    await tolerateExisting(client.query("create role tembo login"));
    await tolerateExisting(client.query("create database tembo owner tembo"));
  } finally {
    await client.end();
  }
}

async function tolerateExisting(query: Promise<unknown>): Promise<void> {
  try {
    await query;
  } catch (cause) {
    // The codes are duplicate_object, duplicate_database and unique_violation. Concurrent calls cause the last one.
    if (!isCode(cause, "42710", "42P04", "23505")) throw cause;
  }
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    application_name: "tembo postgres watcher",
    connectionTimeoutMillis: 5_000,
    query_timeout: 10_000,
    lock_timeout: watchLockTimeoutMs,
  });
  // Without a listener, a lost connection would crash the process. The "end" event reports the loss.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (cause) {
    await client.end();
    throw cause;
  }
  return client;
}
