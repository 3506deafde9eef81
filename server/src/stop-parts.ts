import { type Logger, reason } from "./core/base/index.ts";

/** `cut`: something of this process may still run, so the process has to be ended. */
export type StopResult = "clean" | "cut";

export interface StoppableParts {
  /** Whatever needs the database to stop cleanly. */
  readonly work: AsyncDisposableStack;
  /** The embedded database, where there is one. */
  readonly database: AsyncDisposableStack;
  /** Resolves to "outage" when the database does not answer any more. */
  readonly watchOutage: (signal: AbortSignal) => Promise<"outage" | "aborted">;
  readonly log: Logger;
}

/**
 * Stops the work, then the database. A clean stop records things in the database; one that is away is not waited for, since everything
 * that was begun is continued at the next start.
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
      "the database does not answer; stopping without it, and unfinished work continues at the next start",
    );
  done.abort();
  await database.disposeAsync();
  return first === "clean" ? "clean" : "cut";
}
