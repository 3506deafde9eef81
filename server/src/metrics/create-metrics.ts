import { collectDefaultMetrics, Registry } from "prom-client";
import type { Measure } from "../core/base/index.ts";
import { defineMetrics } from "./define-metrics.ts";
import { record } from "./record.ts";
import { type State, setState } from "./set-state.ts";

export interface Metrics {
  readonly registry: Registry;
  readonly measure: Measure;
  setState(state: State): void;
}

/** Creates the metrics of this process, with those of Node and of the process itself. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metrics = defineMetrics([registry]);
  return {
    registry,
    measure: (measurement) => record(metrics, measurement),
    setState: (state) => setState(metrics, state),
  };
}
