import { readdirSync, readFileSync } from "node:fs";

/** Megabytes that processes and all their descendants hold in memory, pages they share counted once (PSS). */
export function memoryOf(roots: readonly number[]): {
  readonly totalMb: number;
  readonly processes: string[];
} {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${entry}/status`))?.[1] ?? 0);
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
    const kilobytes = Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${id}/smaps_rollup`))?.[1] ?? 0);
    totalMb += kilobytes / 1024;
    processes.push(`${(kilobytes / 1024).toFixed(1)} MB ${read(`/proc/${id}/comm`).trim()}`);
  }
  return { totalMb, processes };
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    // It ended between the listing and the look.
    if (code === "ENOENT" || code === "ESRCH") return "";
    throw cause;
  }
}
