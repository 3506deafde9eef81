import { readFileSync } from "node:fs";
import { processTree, readProc } from "./proc.ts";

/** Length of a clock tick (USER_HZ in proc(5)), which is the same on every architecture that Node supports. */
const TICK_MS = 10;

/**
 * Returns the processor time in milliseconds of a process and the children that it has waited for. Other load barely
 * affects this time.
 */
export function processorTimeMs(pid: number): number {
  return sumOfTicks(readFileSync(`/proc/${pid}/stat`, "latin1"), 4);
}

/** Returns the processor time in milliseconds of a process alone. */
export function ownProcessorTimeMs(pid: number): number {
  return sumOfTicks(readFileSync(`/proc/${pid}/stat`, "latin1"), 2);
}

/** Returns the processor time in milliseconds of a process and its descendants that are running. */
export function treeProcessorTimeMs(pid: number): number {
  return processTree(pid).reduce((sum, id) => sum + sumOfTicks(readProc(`${id}/stat`), 2), 0);
}

/** Adds the first of the fields utime, stime, cutime and cstime. Returns 0 for a process that has exited. */
function sumOfTicks(stat: string, fields: 2 | 4): number {
  // The second field is the name, which may contain spaces. Fields 14 to 17 are utime, stime, cutime and cstime.
  return stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 11 + fields)
    .reduce((sum, ticks) => sum + Number(ticks) * TICK_MS, 0);
}
