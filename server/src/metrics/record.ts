import type { Measurement } from "../core/base/index.ts";
import type { ProductMetrics } from "./define-metrics.ts";

type Recorders = {
  readonly [K in Measurement["kind"]]: (
    metrics: ProductMetrics,
    measurement: Extract<Measurement, { kind: K }>,
  ) => void;
};

export function record(metrics: ProductMetrics, measurement: Measurement): void {
  const recorder = recorders[measurement.kind] as (metrics: ProductMetrics, measurement: Measurement) => void;
  recorder(metrics, measurement);
}

/** Never negative, because the clocks of two machines may differ and Prometheus treats a smaller sum as a restart. */
const secondsOf = (durationMs: number) => Math.max(0, durationMs) / 1000;

const methods: ReadonlySet<string> = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);

const recorders: Recorders = {
  requestAnswered(metrics, { method, route, status, durationMs }) {
    const labels = {
      method: methods.has(method) ? method : "other",
      route,
      status: `${Math.floor(status / 100)}xx`,
    };
    metrics.requests.inc(labels);
    if (durationMs !== null) metrics.requestSeconds.observe(labels, secondsOf(durationMs));
  },
  turnClaimed: (metrics, { harness, waitedMs }) => metrics.turnWait.observe({ harness }, secondsOf(waitedMs)),
  turnPhase: (metrics, { harness, phase, durationMs }) =>
    metrics.turnPhase.observe({ harness, phase }, secondsOf(durationMs)),
  turnStarted: (metrics, { harness, durationMs }) =>
    metrics.turnStart.observe({ harness }, secondsOf(durationMs)),
  turnEnded(metrics, { status, harness, durationMs }) {
    metrics.turnsEnded.inc({ status, harness });
    metrics.turnSeconds.observe({ status, harness }, secondsOf(durationMs));
  },
  limitReached: (metrics, { limit }) => metrics.limits.inc({ limit }),
  modelAnswered(metrics, { provider, model, costMicroUsd, ...usage }) {
    // A program chooses the name, so that names without a price have no limit.
    const labels = { provider, model: model ?? "other" };
    metrics.modelRequests.inc(labels);
    metrics.modelTokens.inc({ ...labels, kind: "input" }, usage.inputTokens);
    metrics.modelTokens.inc({ ...labels, kind: "output" }, usage.outputTokens);
    metrics.modelTokens.inc({ ...labels, kind: "cachedInput" }, usage.cachedInputTokens);
    metrics.modelTokens.inc({ ...labels, kind: "cacheWrite" }, usage.cacheWriteTokens);
    // A counter does not accept a credit, which a provider may state as a negative cost.
    if (costMicroUsd !== null) metrics.modelCost.inc(labels, Math.max(0, costMicroUsd) / 1_000_000);
  },
  egressDecided: (metrics, { decision }) => metrics.egress.inc({ decision }),
  webhookAttempted: (metrics, { result, durationMs }) =>
    metrics.webhooks.observe({ result }, secondsOf(durationMs)),
  eventRead: (metrics, { lagMs }) => metrics.eventLag.observe(secondsOf(lagMs)),
};
