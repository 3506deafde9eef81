import { realpath } from "node:fs/promises";
import { AppError, type Logger, reason } from "../core/base/index.ts";
import { delay } from "../runtime/delay.ts";
import { whenAborted } from "../runtime/on-abort.ts";
import { databaseAccount, ownName } from "./account.ts";
import { getBinaryPackage, installBinaries } from "./binaries.ts";
import { bringUp, type Patience, type Upbringing } from "./bring-up.ts";
import { exclude, isExcluding, leave, type Watcher } from "./connect.ts";
import { makeFolders, readyDataFolder, writeAccess } from "./data-folder.ts";
import { databaseUrl, type Layout, resolveLayout } from "./layout.ts";
import { tailLog } from "./log-tail.ts";
import { endPostmaster, findPostmaster } from "./postmaster.ts";

export interface EmbeddedPostgres {
  /** Connection URL for `pg` and for DBOS. */
  readonly url: string;
  readonly socketDir: string;
  /** Resolves only if PostgreSQL exited and could not be restarted. The database is then permanently unavailable. */
  readonly lost: Promise<AppError>;
  /**
   * Excludes all other processes until `stop`. Returns false if another process watches PostgreSQL, or could have done so since the
   * first call, because PostgreSQL restarted.
   */
  exclude(): Promise<boolean>;
  /** Stops PostgreSQL unless another process also watches it. Idempotent. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Absolute path. PostgreSQL's files are in its `postgres` subfolder. */
  readonly dataDir: string;
  readonly log: Logger;
  readonly patience?: Patience;
  /** Time limit for the fast shutdown. Afterwards, PostgreSQL is shut down immediately. */
  readonly stopGraceMs?: number;
}

/** Time after which PostgreSQL counts as started successfully. */
const shortLifeMs = 30_000;
const defaultPatience: Patience = { maxStarts: 20, recoveryLimitMs: 600_000 };

/**
 * Runs PostgreSQL on the data folder. Adopts a running PostgreSQL, or creates the database if it is missing and starts PostgreSQL. Restarts
 * PostgreSQL if it exits unexpectedly. Throws `invalid_input` if the path of the data folder is too long, `conflict` if a command excludes all
 * other processes, or `unavailable` if PostgreSQL cannot run.
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  resolveLayout(options.dataDir);
  const account = databaseAccount();
  const name = ownName();
  const source = await getBinaryPackage();
  await makeFolders(resolveLayout(options.dataDir), account);
  // Uses the real path, because a running PostgreSQL is identified by it.
  const layout = resolveLayout(await realpath(options.dataDir));
  const binaries = await installBinaries(source, layout);
  const majorVersion = source.version.split(".")[0] ?? "";
  await readyDataFolder(layout, { binaries, majorVersion }, account);
  await writeAccess(layout, name);
  const tail = await tailLog(layout.log, options.log);
  try {
    const what = { layout, binaries, account, tail };
    return await watchOver(what, options);
  } catch (cause) {
    await tail.close();
    throw cause;
  }
}

async function watchOver(what: Upbringing, options: PostgresOptions): Promise<EmbeddedPostgres> {
  const { log, patience = defaultPatience, stopGraceMs = 8_000 } = options;
  const stopping = new AbortController();
  const lost = Promise.withResolvers<AppError>();
  const raise = async () => {
    const { watcher, starts } = await bringUp(what, patience, stopping.signal);
    log.info({ starts }, starts === 0 ? "PostgreSQL was already running" : "PostgreSQL started");
    if (watcher.others > 0)
      log.warn(
        { others: watcher.others },
        "another Tembo process uses this data folder, and both share its database",
      );
    return watcher;
  };

  const raiseAfter = async (restMs: number) => {
    await delay(restMs, stopping.signal);
    return raise();
  };

  let watcher = await raise();
  const watching = keepUp();
  async function keepUp(): Promise<void> {
    const stopped = whenAborted(stopping.signal);
    let shortLives = 0;
    while (!stopping.signal.aborted) {
      const since = performance.now();
      await Promise.race([watcher.ended, stopped]);
      if (stopping.signal.aborted) return;
      shortLives = performance.now() - since < shortLifeMs ? shortLives + 1 : 0;
      log.warn({ shortLives }, "PostgreSQL exited; restarting it");
      try {
        if (shortLives > patience.maxStarts) throw new AppError("unavailable", crashLoop(what.layout));
        watcher = await raiseAfter(shortLives > 1 ? Math.min(100 * shortLives, 2_000) : 0);
      } catch (cause) {
        if (stopping.signal.aborted) return;
        log.error({ reason: reason(cause) }, "PostgreSQL could not be restarted; giving up");
        lost.resolve(cause instanceof AppError ? cause : new AppError("internal", reason(cause), { cause }));
        return;
      }
    }
  }

  let excluding: Watcher | null = null;
  async function excludeOthers(): Promise<boolean> {
    if (excluding !== null) return excluding === watcher && (await isExcluding(watcher));
    if (!(await exclude(watcher.client))) return false;
    excluding = watcher;
    return true;
  }

  async function stop(): Promise<void> {
    stopping.abort();
    await watching;
    const left = await leaveWatch(watcher, log);
    // If PostgreSQL does not respond, it rarely stops by itself, and the caller has already waited.
    if (left !== "watched") await end(left === "silent" ? Math.min(stopGraceMs, 2_000) : stopGraceMs);
    await what.tail.close();
  }
  async function end(graceMs: number): Promise<void> {
    const pid = await findPostmaster(what.layout.data);
    if (pid !== null && !(await endPostmaster(pid, graceMs)))
      log.error({ pid }, "PostgreSQL did not exit, even after SIGKILL");
  }
  let stopped: Promise<void> | null = null;
  return {
    url: databaseUrl(what.layout),
    socketDir: what.layout.socketDir,
    lost: lost.promise,
    exclude: excludeOthers,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/**
 * Returns "watched" if another process still needs PostgreSQL, and "silent" if PostgreSQL does not respond. In the latter case, the caller
 * may also stop PostgreSQL, because other watchers restart it.
 */
async function leaveWatch(watcher: Watcher, log: Logger): Promise<"watched" | "unwatched" | "silent"> {
  try {
    return (await leave(watcher.client)) ? "unwatched" : "watched";
  } catch (cause) {
    log.info({ reason: reason(cause) }, "PostgreSQL had already exited before it was stopped");
    return "silent";
  } finally {
    await watcher.client.end();
  }
}

function crashLoop(layout: Layout): string {
  return `The embedded PostgreSQL repeatedly exits soon after it starts. See ${layout.log}, or set DATABASE_URL to your own PostgreSQL.`;
}
