import type { Runtime } from "../runtime.ts";

export interface ManualRuntime extends Runtime {
  /** Every pause that was asked for, in milliseconds; none of them takes time. */
  readonly pauses: number[];
  /** Lets every timer that is set run out now. */
  fireTimers(): void;
}

/** Time stands still: pauses are over at once, timers fire when told. */
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
