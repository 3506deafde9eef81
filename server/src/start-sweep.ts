import { hourMs, type Logger } from "./core/base/index.ts";
import type { Ports } from "./core/ports.ts";
import { removeIdleWorkspaces, removeLeftSessions } from "./core/turns/index.ts";

/** Function that removes files from this machine. Returns the number of sessions. */
export type Sweep = (signal: AbortSignal) => Promise<number>;

/** Returns the sweeps of the data folder. */
export const sweepsOf = (ports: Ports): Readonly<Record<string, Sweep>> => ({
  "files of deleted sessions": (signal) => removeLeftSessions(ports, signal),
  "workspaces of idle sessions": (signal) => removeIdleWorkspaces(ports, signal),
});

/**
 * Runs each sweep now and then every hour, until the returned function is called. Logs a failure, and the next run repeats
 * the work. The keys describe the files.
 */
export function startSweeps(
  sweeps: Readonly<Record<string, Sweep>>,
  log: Logger,
  everyMs = hourMs,
): () => void {
  const stop = new AbortController();
  let isBusy = false;
  const run = async () => {
    if (isBusy) return;
    isBusy = true;
    for (const [files, sweep] of Object.entries(sweeps)) {
      try {
        const sessions = await sweep(stop.signal);
        if (sessions > 0) log.info({ sessions }, `removed ${files} from this machine`);
      } catch (cause) {
        if (!stop.signal.aborted) log.warn({ err: cause }, `${files} could not be removed; retrying`);
      }
    }
    isBusy = false;
  };
  void run();
  const timer = setInterval(run, everyMs);
  return () => {
    clearInterval(timer);
    stop.abort();
  };
}
