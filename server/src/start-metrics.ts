import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type pg from "pg";
import type { Config } from "./config.ts";
import { AppError, type Logger, type Measure, withReason } from "./core/base/index.ts";
import type { Ports } from "./core/ports.ts";
import { createMetricsServer } from "./http/metrics/metrics-server.ts";
import type { MetricsSources } from "./metrics/read-metrics.ts";
import { urlHost } from "./start-listening.ts";

export interface StartedMetrics {
  readonly measure: Measure;
  /** Serves /metrics. Returns a function that stops this. */
  serve(parts: MetricsParts): Promise<() => Promise<void>>;
}

interface MetricsParts extends Pick<MetricsSources, "sandboxes"> {
  readonly ports: Pick<Ports, "store" | "settings">;
  readonly pool: pg.Pool;
  readonly log: Logger;
}

/**
 * Begins to collect metrics, or returns null if the settings contain no address for them. Loads the library only if it is
 * used, because it takes memory.
 */
export async function startMetrics(
  config: Pick<Config, "metrics" | "metricsToken">,
): Promise<StartedMetrics | null> {
  const address = config.metrics;
  if (address === null) return null;
  const [{ createMetrics }, { createReadMetrics }] = await Promise.all([
    import("./metrics/create-metrics.ts"),
    import("./metrics/read-metrics.ts"),
  ]);
  const metrics = createMetrics();
  return {
    measure: metrics.measure,
    async serve({ ports: { store, settings }, pool, sandboxes, log }) {
      const read = createReadMetrics(metrics, {
        installation: () => store.installation.read(settings.savesWorkspaces ? settings.machineId : null),
        pool: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
        sandboxes,
        log,
      });
      const server = createMetricsServer({ read, token: config.metricsToken, log });
      server.listen(address);
      await once(server, "listening").catch((cause: unknown) => {
        const where = `${urlHost(address.host)}:${address.port}`;
        throw new AppError(
          "unavailable",
          `${withReason(`Listening on ${where} for the metrics failed`, cause)} Set TEMBO_METRICS to a free address of this machine.`,
          { cause },
        );
      });
      // For example, if the process has no file descriptor left for a connection.
      server.on("error", (cause) => log.error({ err: cause }, "a connection for metrics failed"));
      const { port } = server.address() as AddressInfo;
      log.info({ url: `http://${urlHost(address.host)}:${port}/metrics` }, "metrics are served");
      return async () => {
        server.close();
        server.closeAllConnections();
        await once(server, "close");
      };
    },
  };
}
