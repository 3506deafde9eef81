/** Number of vCPUs and amount of memory for each size that the API accepts. */
export const sandboxSizes = {
  nano: { cpus: 2, memoryGiB: 2 },
  micro: { cpus: 2, memoryGiB: 4 },
  small: { cpus: 2, memoryGiB: 4 },
  medium: { cpus: 4, memoryGiB: 8 },
  large: { cpus: 8, memoryGiB: 16 },
  xl: { cpus: 16, memoryGiB: 32 },
} as const;
export type SandboxSize = keyof typeof sandboxSizes;

export interface SizedMachine {
  readonly cpus: number;
  readonly memoryBytes: number;
}

const GiB = 1024 ** 3;

/** Lists the sizes with the resources that a turn reserves on a machine. */
export const sizedSandboxes: readonly (SizedMachine & { readonly size: SandboxSize })[] = (
  Object.keys(sandboxSizes) as SandboxSize[]
).map((size) => ({ size, ...wantedBy(size) }));

function wantedBy(size: SandboxSize): SizedMachine {
  const { cpus, memoryGiB } = sandboxSizes[size];
  return { cpus, memoryBytes: memoryGiB * GiB };
}

/** Returns the limits of a size, capped at the resources of this machine. */
export function decideLimits(
  size: SandboxSize,
  machine: SizedMachine,
): SizedMachine & { readonly isCapped: boolean } {
  const wanted = wantedBy(size);
  const cpus = Math.min(wanted.cpus, machine.cpus);
  const memoryBytes = Math.min(wanted.memoryBytes, machine.memoryBytes);
  return { cpus, memoryBytes, isCapped: cpus < wanted.cpus || memoryBytes < wanted.memoryBytes };
}

/** Returns a description such as "2 vCPU and 4 GB". */
export function describeLimits({ cpus, memoryBytes }: SizedMachine): string {
  return `${cpus} vCPU and ${Math.round((memoryBytes / GiB) * 10) / 10} GB`;
}
