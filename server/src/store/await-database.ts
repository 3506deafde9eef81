import type pg from "pg";
import { AppError, type Logger, reason, withReason } from "../core/base/index.ts";
import { retry } from "../runtime/retry.ts";
import { isPassing } from "./lost-connection.ts";

const retryEveryMs = 250;

export interface AwaitDatabaseOptions {
  readonly pool: pg.Pool;
  /** URL of the database. Messages show only its host and port. */
  readonly connectionString: string;
  readonly log: Logger;
  readonly limitMs?: number;
  /** Delay after which the log reports that the server is waiting. */
  readonly noticeMs?: number;
}

/**
 * Waits up to 30 s for the database to respond, because it may start together with the server. Throws `unavailable`
 * with the host, the port and a suggested fix, immediately if waiting cannot resolve the error.
 */
export async function awaitDatabase(options: AwaitDatabaseOptions): Promise<void> {
  const { pool, log, limitMs = 30_000, noticeMs = 2_000 } = options;
  const where = hostAndPort(options.connectionString);
  let isNoticed = false;
  await retry(() => pool.query("select 1"), {
    afterError: (cause, { elapsedMs }) => {
      if (!isPassing(cause) || elapsedMs > limitMs) throw refusal(where, cause);
      if (elapsedMs >= noticeMs && !isNoticed) {
        isNoticed = true;
        log.warn({ reason: reason(cause) }, `the database at ${where} does not respond; waiting for it`);
      }
      return retryEveryMs;
    },
  });
}

function refusal(where: string, cause: unknown): AppError {
  const { code } = cause as { readonly code?: string };
  const sentence =
    code === "28P01" || code === "28000"
      ? `${withReason(`The database at ${where} rejected the username or password of DATABASE_URL`, cause)} Correct DATABASE_URL.`
      : code === "3D000"
        ? `${withReason(`The server at ${where} has no database with the name in DATABASE_URL`, cause)} Create the database, or correct the name.`
        : `${withReason(`The database at ${where} cannot be reached`, cause)} Start PostgreSQL there, or correct DATABASE_URL.`;
  return new AppError("unavailable", sentence, { cause });
}

/** Returns the host and port of the URL, or the folder of its unix socket, without user and password. */
function hostAndPort(connectionString: string): string {
  const url = new URL(connectionString);
  const socketDir = url.searchParams.get("host");
  return socketDir ?? `${url.hostname || "localhost"}:${url.port || "5432"}`;
}
