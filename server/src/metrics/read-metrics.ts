import { type Logger, limitRepeats, reason } from "../core/base/index.ts";
import { withTimeout } from "../runtime/with-timeout.ts";
import type { Metrics } from "./create-metrics.ts";
import type { State } from "./set-state.ts";

export interface MetricsSources {
  readonly installation: () => Promise<NonNullable<State["installation"]>>;
  readonly pool: () => State["pool"];
  readonly sandboxes: () => State["sandboxes"];
  readonly log: Logger;
  /** Time for which a scrape waits for the database. Defaults to five seconds. */
  readonly timeoutMs?: number;
}

/** Less than the usual timeout of a scrape, so that Prometheus receives the other metrics while the database is away. */
const usualTimeoutMs = 5_000;

/**
 * Returns a function that reads all metrics in the text format. Concurrent scrapes share one read of the database, and a
 * read that takes too long is not repeated until it has ended.
 */
export function createReadMetrics(metrics: Metrics, sources: MetricsSources): () => Promise<string> {
  const log = limitRepeats(sources.log);
  let reading: Promise<State["installation"]> | null = null;
  const readInstallation = () => {
    reading ??= sources
      .installation()
      .catch((cause: unknown) => {
        log.warn({ reason: reason(cause) }, "the metrics of the installation could not be read");
        return null;
      })
      .finally(() => {
        reading = null;
      });
    return withTimeout(reading, sources.timeoutMs ?? usualTimeoutMs, () => null);
  };
  return async () => {
    // Read first, because the read of the installation uses a connection itself.
    const pool = sources.pool();
    const installation = await readInstallation();
    metrics.setState({ installation, pool, sandboxes: sources.sandboxes() });
    return metrics.registry.metrics();
  };
}
