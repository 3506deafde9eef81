import type { Runtime } from "../runtime.ts";

export interface ManualRuntime extends Runtime {
  /** All requested delays in milliseconds. Each delay ends immediately. */
  readonly pauses: number[];
  /** Fires all pending timers now. */
  fireTimers(): void;
}

/** Creates a runtime with a fixed time. Delays end immediately, and timers fire only in `fireTimers`. */
export function createManualRuntime(): ManualRuntime {
  const timers = new Set<() => void>();
  const pauses: number[] = [];
  return {
    pauses,
    now: () => Date.parse("2026-01-01T00:00:00Z"),
    random: () => 0,
    after(_ms, callback) {
      timers.add(callback);
      return () => timers.delete(callback);
    },
    async sleep(ms) {
      pauses.push(ms);
    },
    fireTimers() {
      for (const callback of [...timers]) callback();
    },
  };
}
