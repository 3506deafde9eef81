import { hourMs, type Logger } from "./core/base/index.ts";

/**
 * Runs `sweep` now and then every hour, until the returned function is called. A failure is logged, and the next run
 * repeats the work.
 */
export function startSweep(
  sweep: (signal: AbortSignal) => Promise<number>,
  log: Logger,
  everyMs = hourMs,
): () => void {
  const stop = new AbortController();
  let isBusy = false;
  const run = async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      const sessions = await sweep(stop.signal);
      if (sessions > 0) log.info({ sessions }, "removed files of deleted sessions from this machine");
    } catch (cause) {
      if (!stop.signal.aborted)
        log.warn({ err: cause }, "files of deleted sessions could not be removed; retrying");
    } finally {
      isBusy = false;
    }
  };
  void run();
  const timer = setInterval(run, everyMs);
  return () => {
    clearInterval(timer);
    stop.abort();
  };
}
