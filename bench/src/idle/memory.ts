import { memoryMb, processIds, readProc } from "../support/proc.ts";

/**
 * Returns the memory of these processes and their descendants in megabytes, measured as PSS, which divides each shared page among the
 * processes that share it.
 */
export function memoryOf(roots: readonly number[]): {
  readonly totalMb: number;
  readonly processes: string[];
} {
  const children = new Map<number, number[]>();
  for (const entry of processIds()) {
    const parent = Number(/^PPid:\s+(\d+)/m.exec(readProc(`${entry}/status`))?.[1] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const all = new Set<number>();
  const add = (id: number): void => {
    if (all.has(id)) return;
    all.add(id);
    for (const child of children.get(id) ?? []) add(child);
  };
  roots.forEach(add);
  let totalMb = 0;
  const processes: string[] = [];
  for (const id of all) {
    const megabytes = memoryMb(id);
    totalMb += megabytes;
    processes.push(`${megabytes.toFixed(1)} MB ${readProc(`${id}/comm`).trim()}`);
  }
  return { totalMb, processes };
}
