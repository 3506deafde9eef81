import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { MemoryLook } from "./sample-memory.ts";

export const SAMPLE_EVERY_MS = 50;

/** The look at which the harness and its descendants held the most. */
export interface MemoryPeak extends MemoryLook {
  /** When the harness's process was started, on the clock of `Date.now()`; to a precision of 10 ms. */
  readonly startedAt: number;
}

export interface MemoryWatch {
  /** Throws when no such process came. */
  stop(): Promise<MemoryPeak>;
}

/**
 * Waits for the process of a harness whose entry this file is, and looks at its memory time and again; in a thread of its own, since
 * the scripted model answers in this one.
 */
export async function watchMemory(file: string, below: number): Promise<MemoryWatch> {
  const worker = new Worker(new URL("watch-memory.worker.ts", import.meta.url), {
    workerData: { file, below },
  });
  await once(worker, "message");
  return {
    async stop() {
      const told = once(worker, "message") as Promise<[MemoryPeak | null]>;
      worker.postMessage("stop");
      const [peak] = await told;
      await worker.terminate();
      if (peak === null) throw new Error(`No process of ${file} appeared.`);
      return peak;
    },
  };
}
