import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { MemoryLook } from "./sample-memory.ts";

export const SAMPLE_EVERY_MS = 50;

/** The sample in which the harness and its descendants used the most memory. */
export interface MemoryPeak extends MemoryLook {
  /** Start time of the harness process, on the clock of `Date.now()`, with a precision of 10 ms. */
  readonly startedAt: number;
}

export interface MemoryWatch {
  /** Stops sampling and returns the peak. Throws if no harness process appeared. */
  stop(): Promise<MemoryPeak>;
}

/**
 * Starts a separate thread that waits for a new process with this entry file and then samples its memory periodically. The main thread cannot
 * do this, because it runs the scripted model.
 */
export async function watchMemory(file: string, below: number): Promise<MemoryWatch> {
  const worker = new Worker(new URL("watch-memory.worker.ts", import.meta.url), {
    workerData: { file, below },
  });
  await once(worker, "message");
  return {
    async stop() {
      const answer = once(worker, "message") as Promise<[MemoryPeak | null]>;
      worker.postMessage("stop");
      const [peak] = await answer;
      await worker.terminate();
      if (peak === null) throw new Error(`No process of ${file} appeared.`);
      return peak;
    },
  };
}
