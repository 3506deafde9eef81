import type { JobTools, Kept } from "../job-tools.ts";

/** Returns job tools that keep step results in memory, as JSON. Passing the same `kept` again resumes the job. */
export function memoryTools(kept = new Map<string, string>()) {
  const pauses: number[] = [];
  const controller = new AbortController();
  const tools: JobTools = {
    step: async <T extends Kept>(name: string, work: () => Promise<T>): Promise<T> => {
      const known = kept.get(name);
      if (known !== undefined) return JSON.parse(known) as T;
      const result = JSON.stringify(await work());
      kept.set(name, result);
      return JSON.parse(result) as T;
    },
    read: (work) => work(),
    pause: async (_, ms) => void pauses.push(ms),
    forgetEnded: async () => 0,
    work: {
      placeAgain: async () => 0,
      repair: async () => ({ requeued: 0, dropped: 0, ended: [] }),
      unfinishedJobs: async () => [],
    },
    signal: controller.signal,
  };
  return { tools, kept, pauses, abort: () => controller.abort() };
}
