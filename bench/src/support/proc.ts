import { readdirSync, readFileSync } from "node:fs";

export function processIds(): string[] {
  return readdirSync("/proc").filter((entry) => /^\d/.test(entry));
}

/** Returns the IDs of a process and of its descendants. Ignores a process with the name `except`, and its descendants. */
export function processTree(root: number, except?: string): number[] {
  const children = new Map<number, number[]>();
  for (const entry of processIds()) {
    const status = readProc(`${entry}/status`);
    if (except !== undefined && status.startsWith(`Name:\t${except}\n`)) continue;
    const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const tree = [root];
  for (const id of tree) tree.push(...(children.get(id) ?? []));
  return tree;
}

/** Returns the content of a file below /proc. Returns an empty string if the process has exited. */
export function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "latin1");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return "";
    throw cause;
  }
}

/** Returns true if the process runs this file: as its program, or as the script of Node, also behind a preloaded module. */
export function runsFile(id: string, file: string): boolean {
  const [program, ...args] = readProc(`${id}/cmdline`).split("\0");
  const script = args[0] === "--require" ? args[2] : args[0];
  return program === file || script === file;
}

/**
 * Returns the memory of a process in megabytes, measured as PSS, which divides each shared page among the processes
 * that share it.
 */
export function memoryMb(id: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(readProc(`${id}/smaps_rollup`))?.[1] ?? 0) / 1024;
}
