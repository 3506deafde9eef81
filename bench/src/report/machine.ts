import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";

/** Properties of the machine that the figures depend on. None of them identifies the machine. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  readonly kernel: string;
}

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    kernel: release(),
  };
}

/** Returns the properties of a machine that a reader compares. */
export function describeMachine({ cpu, cores, memoryGb }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGb} GB`;
}

/**
 * Returns the average number of runnable processes over the last minute. If this number is far above the load that the
 * bench causes, the figures are unreliable.
 */
export function loadAverage(): number {
  return Math.round(loadavg()[0]! * 100) / 100;
}
