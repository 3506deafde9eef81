import { memoryMb, processIds, readProc, runsFile } from "../support/proc.ts";

const CLOCK_TICK_MS = 10;

export interface MemoryLook {
  /** Memory of the harness and its descendants in megabytes, measured as PSS, which divides each shared page among the processes that share it. */
  readonly harnessMb: number;
  /**
   * PSS in megabytes of the process tree that contains the harness. Its root is the child of `below` that is the harness or an ancestor of
   * the harness.
   */
  readonly wholeMb: number;
  /** Name and memory in megabytes of each harness process. */
  readonly processes: readonly string[];
}

/**
 * Returns the ID of the first process that runs the file, or null if there is none. Skips the
 * IDs in `known`.
 */
export function findProcess(file: string, known: ReadonlySet<string>): number | null {
  for (const id of processIds()) {
    if (known.has(id)) continue;
    if (runsFile(id, file)) return Number(id);
  }
  return null;
}

/** Returns the start time of a process, on the clock of `Date.now()`, with a precision of 10 ms. */
export function startOf(pid: number): number {
  const uptimeMs = Number(readProc("uptime").split(" ", 1)[0]) * 1000;
  return Date.now() - uptimeMs + Number(statOf(String(pid))[19]) * CLOCK_TICK_MS;
}

/**
 * Measures the current memory of the harness with this process ID, and of the whole process tree around the harness.
 */
export function lookAtMemory(harness: number, below: number): MemoryLook {
  const parents = new Map<number, number>();
  for (const id of processIds()) parents.set(Number(id), Number(statOf(id)[1] ?? 0));
  let top = harness;
  for (let above = parents.get(top); above !== undefined && above > 1 && above !== below; ) {
    top = above;
    above = parents.get(top);
  }
  let harnessMb = 0;
  let wholeMb = 0;
  const processes: string[] = [];
  for (const id of parents.keys()) {
    if (!isWithin(id, top, parents)) continue;
    const megabytes = memoryMb(id);
    wholeMb += megabytes;
    if (!isWithin(id, harness, parents)) continue;
    harnessMb += megabytes;
    processes.push(`${readProc(`${id}/comm`).trim()} ${megabytes.toFixed(0)}`);
  }
  return { harnessMb, wholeMb, processes };
}

function isWithin(id: number, root: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at: number | undefined = id; at !== undefined && at > 0; at = parents.get(at)) {
    if (at === root) return true;
  }
  return false;
}

/** Returns the third and later fields of /proc/<pid>/stat (proc(5)). The second field, the name, may contain spaces. */
function statOf(id: string): string[] {
  const stat = readProc(`${id}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}
