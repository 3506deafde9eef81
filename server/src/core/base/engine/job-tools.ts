/** What kept results are made of: a job may go on in another process, which reads them back. */
export type Kept = string | number | boolean | null | readonly Kept[] | { readonly [key: string]: Kept };

/**
 * What the engine lends to a job. A job that is begun again runs from its start: steps that have ended give their kept
 * result at once, so everything between them decides the same as before.
 */
export interface JobTools {
  /**
   * Done once for the job; only a crash in the midst of it repeats it. Its failures are values: what it throws is taken for
   * infrastructure that is away, and tried again for as long as this process holds the job.
   */
  step<T extends Kept>(name: string, work: () => Promise<T>): Promise<T>;
  /** Asked again whenever the job is begun, and not kept; throws as `step` does. */
  read<T>(work: () => Promise<T>): Promise<T>;
  /** Waits between steps. A crash does not begin the wait anew. */
  pause(name: string, ms: number): Promise<void>;
  /** Forgets jobs that ended before, and returns how many. */
  forgetEnded(before: Date): Promise<number>;
  /** Aborted when the job goes on elsewhere: stop at once and throw. */
  readonly signal: AbortSignal;
}

/** The job's signal, which aborts as well when the step takes longer: what hangs must not keep others from their turn. */
export function withLimit({ signal }: Pick<JobTools, "signal">, limitMs: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
}
