import type { ChildProcess } from "node:child_process";
import { AppError, reason, withReason } from "../core/base/index.ts";
import { type Backoff, backoffMs } from "../runtime/backoff.ts";
import { retry } from "../runtime/retry.ts";
import type { Account } from "./account.ts";
import { connectWatcher, isUnreadied, makeRoleAndDatabase, type Watcher } from "./connect.ts";
import { takeOwnership } from "./data-folder.ts";
import { isCode } from "./errno.ts";
import type { Layout } from "./layout.ts";
import type { LogTail } from "./log-tail.ts";
import { endPostmaster, findPostmaster, spawnPostmaster } from "./postmaster.ts";

export interface Patience {
  /** Maximum number of attempts to start PostgreSQL. The delays between them increase from 100 ms to 2 s. */
  readonly maxStarts: number;
  /** Maximum time until a running PostgreSQL responds. After a crash, it first replays its write-ahead log. */
  readonly recoveryLimitMs: number;
}

const restBackoff: Backoff = { firstMs: 100, maxMs: 2_000, factor: 1.5 };

export interface Upbringing {
  readonly layout: Layout;
  readonly binaries: string;
  readonly account: Account;
  readonly tail: LogTail;
}

/**
 * Adopts the PostgreSQL that runs on the data folder, or starts PostgreSQL. Returns a connection. Throws `unavailable` if PostgreSQL does not start.
 * Throws `conflict` if a command excludes all other processes. After an abort, stops a PostgreSQL that it started, and throws the signal's
 * reason.
 */
export async function bringUp(
  what: Upbringing,
  patience: Patience,
  signal: AbortSignal,
): Promise<{ watcher: Watcher; starts: number }> {
  const end = performance.now() + patience.recoveryLimitMs;
  let child: ChildProcess | null = null;
  let starts = 0;
  let rests = 0;
  /** Returns the connection, or the number of milliseconds until the next check. */
  const step = async (): Promise<Watcher | number> => {
    if (signal.aborted) {
      if (isChildAlive(child) && child?.pid !== undefined) await endPostmaster(child.pid, 8_000);
      throw signal.reason;
    }
    const answer = await tryConnect(what.layout);
    if (answer.watcher !== null) return answer.watcher;
    if (performance.now() > end) throw failure(what, answer.cause);
    const isRunning = isChildAlive(child) || (await findPostmaster(what.layout.data)) !== null;
    if (isRunning) return 10;
    await what.tail.drain();
    if (starts >= patience.maxStarts) throw failure(what, answer.cause);
    if (starts > rests) {
      rests += 1;
      return backoffMs(restBackoff, rests);
    }
    child = await startOnce(what);
    starts += 1;
    return 0;
  };
  // The signal is not passed, because the step itself handles an abort and stops the process that it started.
  const afterResult = (result: Watcher | number) => (typeof result === "number" ? result : null);
  const watcher = await retry(step, { afterResult });
  return { watcher: watcher as Watcher, starts };
}

/** Starts PostgreSQL. If another instance takes the data folder first, this instance exits, and the loop finds the other instance. */
async function startOnce(what: Upbringing): Promise<ChildProcess> {
  try {
    await takeOwnership(what.layout, what.account);
    return await spawnPostmaster(what.layout, what.binaries, what.account);
  } catch (cause) {
    throw failure(what, cause);
  }
}

async function tryConnect(layout: Layout): Promise<{ watcher: Watcher } | { watcher: null; cause: unknown }> {
  try {
    return { watcher: await connectWatcher(layout) };
  } catch (cause) {
    // A command excludes this process, and may take long.
    if (cause instanceof AppError) throw cause;
    if (!isUnreadied(cause)) return { watcher: null, cause };
  }
  try {
    await makeRoleAndDatabase(layout);
    return { watcher: await connectWatcher(layout) };
  } catch (cause) {
    return { watcher: null, cause };
  }
}

function isChildAlive(child: ChildProcess | null): boolean {
  return child !== null && child.exitCode === null && child.signalCode === null;
}

function failure(what: Upbringing, cause: unknown): AppError {
  const isSilent = isCode(cause, "ENOENT", "ECONNREFUSED") && !reason(cause).startsWith("spawn");
  const words = what.tail.lastTrouble() || (isSilent ? "it exits immediately" : reason(cause));
  return new AppError(
    "unavailable",
    `${withReason("The embedded PostgreSQL does not start", words)} See ${what.layout.log}, or set DATABASE_URL to your own PostgreSQL.`,
    { cause },
  );
}
