import { readFileSync } from "node:fs";

/** USER_HZ of proc(5), the same on every architecture that Node runs on. */
const TICK_MS = 10;

/** Milliseconds of processor time that a process and those it has waited for have taken so far. Hardly moved by what else runs. */
export function processorTimeMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The name, the second field, may hold spaces. utime, stime, cutime and cstime are fields 14 to 17.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * TICK_MS, 0);
}
