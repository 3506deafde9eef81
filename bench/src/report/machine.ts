import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";

/** What the figures depend on; nothing that names the machine. */
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

/** How many processes wanted a processor, over the last minute. Far above what a bench itself needs, its figures say little. */
export function loadAverage(): number {
  return Math.round(loadavg()[0]! * 100) / 100;
}
