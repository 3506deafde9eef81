/** Parses cron expressions. */
export interface Cron {
  /**
   * Returns the first matching time after `after`, or null if no time matches. The expression has five fields or is a
   * macro such as `@daily`. It is in UTC unless `CRON_TZ=<zone>` precedes it. A time that a clock change skips fires
   * directly after the gap; a time that occurs twice fires once. Throws `invalid_input` if the expression is invalid.
   */
  next(cron: string, after: Date): Date | null;
}
