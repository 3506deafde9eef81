import { hourMs, type Logger } from "./core/base/index.ts";
import { delayOrAbort } from "./runtime/delay.ts";

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
  void repeat(sweep, { signal: stop.signal, log, everyMs });
  return () => stop.abort();
}

async function repeat(
  sweep: (signal: AbortSignal) => Promise<number>,
  { signal, log, everyMs }: { readonly signal: AbortSignal; readonly log: Logger; readonly everyMs: number },
): Promise<void> {
  while (!signal.aborted) {
    try {
      const sessions = await sweep(signal);
      if (sessions > 0) log.info({ sessions }, "removed files of deleted sessions from this machine");
    } catch (cause) {
      if (!signal.aborted)
        log.warn({ err: cause }, "files of deleted sessions could not be removed; retrying");
    }
    await delayOrAbort(everyMs, signal, { keepsProcess: false });
  }
}
