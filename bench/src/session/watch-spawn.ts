import { setTimeout as wait } from "node:timers/promises";
import { processIds, runsFile } from "../support/proc.ts";

const POLL_MS = 2;

/**
 * Waits for a new process that runs the file. Returns the time when it first appeared, on the clock of
 * `Date.now()`, with a precision of about 2 ms. Throws after `limitMs`.
 */
export async function watchSpawn(file: string, limitMs: number): Promise<number> {
  const known = new Set(processIds());
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    for (const id of processIds()) {
      // Checks a new process repeatedly, because it may execute another program.
      if (!known.has(id) && runsFile(id, file)) return performance.timeOrigin + performance.now();
    }
    await wait(POLL_MS);
  }
  throw new Error(`No process of ${file} appeared within ${limitMs} ms.`);
}
