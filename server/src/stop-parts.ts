import { type Logger, reason } from "./core/base/index.ts";

/** `cut` means that something may still be running, so the process must exit. */
export type StopResult = "clean" | "cut";

export interface StoppableParts {
  /** Parts that need the database for a clean stop. */
  readonly work: AsyncDisposableStack;
  /** The embedded database, if it is used. */
  readonly database: AsyncDisposableStack;
  /** Resolves to "outage" when the database stops responding, or to "aborted" when the signal aborts. */
  readonly watchOutage: (signal: AbortSignal) => Promise<"outage" | "aborted">;
  readonly log: Logger;
}

/**
 * Stops the work, then the database. A clean stop records its results in the database. If the database is unavailable, does not wait for
 * the work, because the next start continues it.
 */
export async function stopParts({ work, database, watchOutage, log }: StoppableParts): Promise<StopResult> {
  const done = new AbortController();
  const stopped = work.disposeAsync().then(
    () => "clean" as const,
    (cause: unknown) => {
      log.error(
        { err: cause, reason: reason(cause) },
        "stopping failed; unfinished work continues at the next start",
      );
      return "cut" as const;
    },
  );
  const first = await Promise.race([stopped, watchOutage(done.signal)]);
  if (first === "outage")
    log.warn(
      {},
      "the database does not respond; stopping without it, and unfinished work continues at the next start",
    );
  done.abort();
  await database.disposeAsync();
  return first === "clean" ? "clean" : "cut";
}
