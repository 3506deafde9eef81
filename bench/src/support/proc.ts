import { readdirSync, readFileSync } from "node:fs";

export function processIds(): string[] {
  return readdirSync("/proc").filter((entry) => /^\d/.test(entry));
}

/** Returns a file of /proc, or an empty string if its process has ended. */
export function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "latin1");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return "";
    throw cause;
  }
}

/** Returns the megabytes of a process as PSS, which divides each shared page among its processes. */
export function memoryMb(id: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(readProc(`${id}/smaps_rollup`))?.[1] ?? 0) / 1024;
}
