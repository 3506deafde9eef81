import manifest from "../package.json" with { type: "json" };
import { type Logger, limitRepeats } from "./core/base/index.ts";
import { readFreeDiskBytes } from "./doctor/check-machine.ts";
import { settlesWithin } from "./runtime/with-timeout.ts";
import { newestMigration } from "./store/migrate.ts";
import type { ProcessFacts } from "./store/process-facts.ts";

const everyMs = 30_000;

/**
 * Returns the facts that this process records with its heartbeats. Reads the free space now, and every 30 seconds until
 * `stop` is called: a heartbeat must not wait for a disk. The space is unknown while the disk does not respond.
 */
export async function startProcessFacts(
  dataDir: string,
  given: Logger,
  read: (folder: string) => Promise<number> = readFreeDiskBytes,
): Promise<{ readonly facts: ProcessFacts; stop(): void }> {
  const log = limitRepeats(given);
  let bytes: number | null = null;
  let isReading = false;
  const sample = async () => {
    if (isReading) {
      bytes = null;
      return;
    }
    isReading = true;
    try {
      bytes = await read(dataDir);
    } catch (cause) {
      bytes = null;
      log.warn({ err: cause }, "the free disk space cannot be read");
    } finally {
      isReading = false;
    }
  };
  const first = sample();
  const timer = setInterval(() => void sample(), everyMs);
  timer.unref();
  await settlesWithin(first, 1_000);
  return {
    facts: {
      release: manifest.version,
      newestMigration: await newestMigration(),
      freeDiskBytes: () => bytes,
    },
    stop: () => clearInterval(timer),
  };
}
