import { AppError, type Logger, reason } from "../core/base/index.ts";
import { type Backoff, backoffMs } from "../runtime/backoff.ts";
import { retry } from "../runtime/retry.ts";

/**
 * SQLSTATE codes of transient errors: admin shutdown, crash shutdown, cannot connect now, too many connections,
 * serialization failure and deadlock.
 */
const passingStates = new Set(["57P01", "57P02", "57P03", "53300", "40001", "40P01"]);
/** Codes of an established or attempted connection that the network or the other side ended. */
const lostCodes = new Set([
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ENOTCONN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "ENETRESET",
  "EADDRNOTAVAIL",
]);
const networkCodes = new Set([...lostCodes, "ECONNREFUSED", "EAI_AGAIN"]);
const lostMessages =
  /^(Connection terminated|Client has encountered a connection error|Client was closed and is not queryable|timeout exceeded when trying to connect|timeout expired)/;

/** True if the network or the other side ended a socket's connection. */
export function isLostConnection(error: Error): boolean {
  return "code" in error && typeof error.code === "string" && lostCodes.has(error.code);
}

/**
 * True if an error (or its cause) is transient: the connection was lost, the server is starting, or two transactions
 * conflicted.
 */
export function isPassing(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 10; at = at.cause, depth++) {
    if (at instanceof AppError && at.code === "unavailable") return false;
    const { code, syscall } = at as NodeJS.ErrnoException;
    if (code !== undefined && (passingStates.has(code) || networkCodes.has(code))) return true;
    if (code !== undefined && /^08[0-9A-Z]{3}$/.test(code)) return true;
    if (code === "ENOENT" && syscall === "connect") return true;
    if (lostMessages.test(at.message)) return true;
  }
  return false;
}

/** Delays between attempts to reach a database that does not respond. */
export const reconnectBackoff: Backoff = { firstMs: 50, maxMs: 1_000 };

export interface WaitOutOptions {
  readonly log: Logger;
  readonly budgetMs?: number;
  /** Monotonic clock, because the wall clock may jump. */
  readonly nowMs?: () => number;
  readonly pause?: (ms: number) => Promise<unknown>;
}

export type WaitOut = <T>(call: () => Promise<T>) => Promise<T>;

/**
 * Returns a function that retries a call while it fails with a transient error. Retries for 30 s (`budgetMs`) after the
 * first failure, with delays from 50 ms to 1 s. Then throws `unavailable`.
 */
export function createWaitOut(options: WaitOutOptions): WaitOut {
  const { log, budgetMs = 30_000, nowMs, pause } = options;
  return (call) =>
    retry(call, {
      ...(nowMs && { nowMs }),
      ...(pause && { wait: pause }),
      afterError: (error, { number, failingMs }) => {
        if (!isPassing(error)) return null;
        const pauseMs = backoffMs(reconnectBackoff, number);
        if (failingMs + pauseMs > budgetMs) {
          throw new AppError(
            "unavailable",
            `The database has not responded for ${budgetMs / 1000} seconds. Check that PostgreSQL is running, then try again.`,
            { cause: error },
          );
        }
        log.warn({ reason: reason(error), pauseMs }, "database call failed; retrying");
        return pauseMs;
      },
    });
}
