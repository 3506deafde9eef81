import { type Logger, limitRepeats } from "../../core/base/index.ts";
import type { StoredRateLimiter } from "./rate-limiter.ts";

const everyMs = 1_000;

/**
 * Writes the counts back every second, until the returned function is called, which returns all reservations. Logs a
 * failure, and the next run repeats the work.
 */
export function keepWritten(
  limiter: Pick<StoredRateLimiter, "writeBack" | "returnAll">,
  given: Logger,
  every: (run: () => Promise<void>) => () => void = everySecond,
): () => Promise<void> {
  const log = limitRepeats(given);
  let isBusy = false;
  const run = async (write: () => Promise<void>) => {
    try {
      await write();
    } catch (cause) {
      log.warn(
        { err: cause },
        "rate limits could not be written; some requests count although none was sent",
      );
    }
  };
  const stop = every(async () => {
    if (isBusy) return;
    isBusy = true;
    await run(limiter.writeBack);
    isBusy = false;
  });
  return async () => {
    stop();
    await run(limiter.returnAll);
  };
}

function everySecond(run: () => Promise<void>): () => void {
  const timer = setInterval(run, everyMs);
  return () => clearInterval(timer);
}
