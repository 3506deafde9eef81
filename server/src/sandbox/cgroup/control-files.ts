import type { SandboxLimits } from "../../core/turns/index.ts";
import type { Controller, Resource } from "./find-controllers.ts";

type Version = Controller["version"];

/** One value to write; an optional file is left out where the kernel has none. */
export interface Setting {
  readonly file: string;
  readonly value: string;
  readonly isOptional: boolean;
}

/** Files that set a limit, in the order in which the kernel takes them (kernel docs: cgroup-v1/, cgroup-v2.rst). */
export function settingsOf(version: Version, resource: Resource, limits: SandboxLimits): Setting[] {
  const need = (file: string, value: number | string): Setting => ({
    file,
    value: String(value),
    isOptional: false,
  });
  const quota = Math.max(leastQuotaUs, Math.round(limits.cpus * cpuPeriodUs));
  switch (resource) {
    case "memory":
      // No swap: a sandbox over its limit would slow the whole machine down. The kernel may have been built without.
      return version === 1
        ? [
            need("memory.limit_in_bytes", limits.memoryBytes),
            { ...need("memory.memsw.limit_in_bytes", limits.memoryBytes), isOptional: true },
            // What sockets hold is counted apart there, and not at all until it has a limit.
            {
              ...need("memory.kmem.tcp.limit_in_bytes", Math.floor(limits.memoryBytes * socketShare)),
              isOptional: true,
            },
          ]
        : [need("memory.max", limits.memoryBytes), { ...need("memory.swap.max", 0), isOptional: true }];
    case "processes":
      return [need("pids.max", limits.processes)];
    case "cpu":
      return version === 1
        ? [need("cpu.cfs_period_us", cpuPeriodUs), need("cpu.cfs_quota_us", quota)]
        : [
            need("cpu.max", `${quota} ${cpuPeriodUs}`),
            // The server is in a group beside it there, where priorities do not count; in version 1 it counts by its own.
            { ...need("cpu.weight", sandboxWeight), isOptional: true },
          ];
  }
}

/** The file that counts how often a limit was hit, and the name of the count in it. Processor time is waited for, not hit. */
export function countOf(version: Version, resource: "memory" | "processes"): { file: string; name: string } {
  if (resource === "processes") return { file: "pids.events", name: "max" };
  return { file: version === 1 ? "memory.oom_control" : "memory.events", name: "oom_kill" };
}

/** Of the memory: far more than connections over the loopback need. */
const socketShare = 1 / 8;
const cpuPeriodUs = 100_000;
/** Of 100, which the server's group has: many sandboxes that compute do not keep it from its work. */
const sandboxWeight = 20;
const leastQuotaUs = 1_000;
