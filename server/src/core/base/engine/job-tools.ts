import type { WorkWatch } from "./work-watch.ts";

/**
 * Step result that the engine persists. It is JSON, because another process may resume the job and read the result.
 */
export type Kept = string | number | boolean | null | readonly Kept[] | { readonly [key: string]: Kept };

/**
 * Engine functions for a job. A restarted job runs from its start. Completed steps return their persisted results, so
 * the code between them makes the same decisions again.
 */
export interface JobTools {
  /**
   * Runs the step `name` once per job, or again if a crash interrupts it, and persists its result. `work` must return
   * expected failures as values. The engine treats an exception as unavailable infrastructure and retries the step
   * while this process holds the job.
   */
  step<T extends Kept>(name: string, work: () => Promise<T>): Promise<T>;
  /**
   * Runs `work` each time the job starts, and does not persist the result. Handles exceptions in the same way as
   * `step`.
   */
  read<T>(work: () => Promise<T>): Promise<T>;
  /** Waits `ms` milliseconds. After a crash, waits only for the remaining time. */
  pause(name: string, ms: number): Promise<void>;
  /** Deletes the engine's records of jobs and turns that ended before `before`, and returns their number. */
  forgetEnded(before: Date): Promise<number>;
  readonly work: WorkWatch;
  /** Aborts when another process is about to continue the job. The job must then stop immediately and throw. */
  readonly signal: AbortSignal;
}

/**
 * Returns a signal that aborts with the job's signal or after `limitMs`, so that a hanging step cannot block other
 * jobs.
 */
export function withLimit({ signal }: Pick<JobTools, "signal">, limitMs: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
}
