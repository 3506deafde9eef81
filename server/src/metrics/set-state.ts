import type { Gauge } from "prom-client";
import type { InstallationState } from "../core/turns/index.ts";
import type { ProductMetrics } from "./define-metrics.ts";

/** Connections of this process to the database. */
export interface PoolState {
  readonly total: number;
  readonly idle: number;
  /** Statements that wait for a connection. */
  readonly waiting: number;
}

/** Sandboxes of this process. */
export interface SandboxCounts {
  readonly working: number;
  readonly idle: number;
  /** Sandboxes with a harness that waits for a session. */
  readonly waiting: number;
}

/** State at the time of a scrape. */
export interface State {
  /** The state of the installation, or null if the database did not respond in time. */
  readonly installation: InstallationState | null;
  readonly pool: PoolState;
  /** The sandboxes, or null for a process without a worker. */
  readonly sandboxes: SandboxCounts | null;
}

/** Sets the metrics that describe a state instead of counting. */
export function setState(metrics: ProductMetrics, { installation, pool, sandboxes }: State): void {
  metrics.pool.set({ state: "used" }, pool.total - pool.idle);
  metrics.pool.set({ state: "idle" }, pool.idle);
  metrics.poolWaiting.set(pool.waiting);
  metrics.sandboxes.reset();
  for (const [state, count] of Object.entries(sandboxes ?? {})) metrics.sandboxes.set({ state }, count);
  metrics.databaseUp.set(installation === null ? 0 : 1);
  metrics.turns.reset();
  metrics.workers.reset();
  for (const { state, harness, count } of installation?.turns ?? [])
    metrics.turns.set({ state, harness }, count);
  for (const [state, count] of Object.entries(installation?.workers ?? {}))
    metrics.workers.set({ state }, count);
  const saves = installation?.saves ?? null;
  setOrRemove(metrics.longestWait, installation && (installation.longestWaitMs ?? 0) / 1000);
  setOrRemove(metrics.turnPlaces, installation?.turnPlaces.total);
  setOrRemove(metrics.freeTurnPlaces, installation?.turnPlaces.free);
  setOrRemove(metrics.turnMemory, installation?.turnMemory.totalBytes);
  setOrRemove(metrics.freeTurnMemory, installation?.turnMemory.freeBytes);
  setOrRemove(metrics.unsaved, saves?.unsaved.sessions);
  setOrRemove(metrics.oldestUnsaved, saves && (saves.unsaved.oldestMs ?? 0) / 1000);
  const lastSavedAt = saves?.lastSavedAt ?? null;
  setOrRemove(metrics.lastSave, lastSavedAt && lastSavedAt.getTime() / 1000);
}

/** Removes the sample if the value is not known, because 0 would be wrong. */
function setOrRemove(gauge: Gauge, value: number | null | undefined): void {
  if (value == null) gauge.remove();
  else gauge.set(value);
}
