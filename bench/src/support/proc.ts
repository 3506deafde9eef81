import { readdirSync, readFileSync } from "node:fs";

export function processIds(): string[] {
  return readdirSync("/proc").filter((entry) => /^\d/.test(entry));
}

/** A file of /proc, empty when its process has ended meanwhile. */
export function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "latin1");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return "";
    throw cause;
  }
}

/** Megabytes that a process holds in memory, each page it shares counted by its share (PSS). */
export function memoryMb(id: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(readProc(`${id}/smaps_rollup`))?.[1] ?? 0) / 1024;
}
