import { readFileSync } from "node:fs";

/** Length of a clock tick (USER_HZ in proc(5)), which is the same on every architecture that Node supports. */
const TICK_MS = 10;

/**
 * Returns the processor time in milliseconds of a process and the children that it has waited for. Other load barely
 * affects this time.
 */
export function processorTimeMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The second field is the name, which may contain spaces. Fields 14 to 17 are utime, stime, cutime and cstime.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * TICK_MS, 0);
}
