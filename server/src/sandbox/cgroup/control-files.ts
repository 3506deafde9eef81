import type { SandboxLimits } from "../../core/turns/index.ts";
import type { Controller, Resource } from "./find-controllers.ts";

type Version = Controller["version"];

/** Value to write to a control file. An optional file is skipped if the kernel does not have it. */
export interface Setting {
  readonly file: string;
  readonly value: string;
  readonly isOptional: boolean;
}

/** Returns the files that set a limit, in the order that the kernel requires (kernel docs: cgroup-v1/, cgroup-v2.rst). */
export function settingsOf(version: Version, resource: Resource, limits: SandboxLimits): Setting[] {
  const need = (file: string, value: number | string): Setting => ({
    file,
    value: String(value),
    isOptional: false,
  });
  const quota = Math.max(leastQuotaUs, Math.round(limits.cpus * cpuPeriodUs));
  switch (resource) {
    case "memory":
      // Disables swap, because a sandbox that swaps would slow down the whole machine. The file is optional, because the kernel may lack
      // swap accounting.
      return version === 1
        ? [
            need("memory.limit_in_bytes", limits.memoryBytes),
            { ...need("memory.memsw.limit_in_bytes", limits.memoryBytes), isOptional: true },
            // Version 1 counts socket memory separately, and only if a limit for it is set.
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
            // In version 2, the server is in a sibling group, and process priorities have no effect between groups. In version 1, the
            // server's own priority applies.
            { ...need("cpu.weight", sandboxWeight), isOptional: true },
          ];
  }
}

/**
 * Returns the file that counts how often the limit stopped a program or a fork, and the counter's name in this file. CPU limits have no
 * such counter, because programs that reach the limit only wait.
 */
export function countOf(version: Version, resource: "memory" | "processes"): { file: string; name: string } {
  if (resource === "processes") return { file: "pids.events", name: "max" };
  return { file: version === 1 ? "memory.oom_control" : "memory.events", name: "oom_kill" };
}

/** Socket memory limit, as a share of the memory limit. Loopback connections need far less. */
const socketShare = 1 / 8;
const cpuPeriodUs = 100_000;
/** CPU weight. The server's group has a weight of 100, so that busy sandboxes do not starve the server. */
const sandboxWeight = 20;
const leastQuotaUs = 1_000;
