import type { InstallationProcess, ReservedPlaces } from "./installation-store.ts";

/** Machine with at least one process that is not lost. */
export interface MachineStatus {
  readonly id: string;
  readonly host: string | null;
  readonly labels: readonly string[];
  readonly turns: number;
  /** Turns that the running workers can have at a time. Draining workers take none. */
  readonly turnLimit: number;
  /** Memory of the machine, or null if it has no worker. */
  readonly memoryBytes: number | null;
  readonly reservedMemoryBytes: number;
  /** Free space for the data folder that a process of the machine reported last, or null if none did. */
  readonly freeDiskBytes: number | null;
}

/** Sums up the processes and turns of each machine. Pure. */
export function sumUpMachines(
  processes: readonly InstallationProcess[],
  reserved: readonly ReservedPlaces[],
): MachineStatus[] {
  const present = processes.filter(({ state, machineId }) => state !== "lost" && machineId !== null);
  return [...Map.groupBy(present, ({ machineId }) => machineId!)].map(([id, own]) => {
    const workers = own.flatMap(({ worker, state }) => (worker === null ? [] : [{ ...worker, state }]));
    const places = reserved.filter(({ machineId }) => machineId === id);
    return {
      id,
      host: own.find(({ host }) => host !== null)?.host ?? null,
      labels: [...new Set(workers.flatMap(({ labels }) => labels))].sort(),
      turns: sum(places.map(({ turns }) => turns)),
      turnLimit: sum(workers.map(({ state, turnLimit }) => (state === "running" ? turnLimit : 0))),
      memoryBytes: workers.length === 0 ? null : Math.max(...workers.map(({ memoryBytes }) => memoryBytes)),
      reservedMemoryBytes: sum(places.map(({ bytes }) => bytes)),
      freeDiskBytes: lastReported(own),
    };
  });
}

const lastReported = (processes: readonly InstallationProcess[]) =>
  processes
    .filter(({ freeDiskBytes }) => freeDiskBytes !== null)
    .toSorted((a, b) => a.heartbeatAt.getTime() - b.heartbeatAt.getTime())
    .at(-1)?.freeDiskBytes ?? null;

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
