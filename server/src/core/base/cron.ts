/** Reads cron expressions. */
export interface Cron {
  /**
   * The first time after this one that fits; null when none does. Five fields, in UTC or in the time zone that `CRON_TZ=<zone>` before them
   * names. A time that the clocks skip comes at once after; one that they have twice is taken once.
   * Throws `invalid_input` for an expression that cannot be read.
   */
  next(cron: string, after: Date): Date | null;
}
