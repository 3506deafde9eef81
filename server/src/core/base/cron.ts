export interface Cron {
  /**
   * Returns the first matching time after `after`, or null if no time matches. The expression has five fields or is a
   * macro such as `@daily`. Times are in UTC unless `CRON_TZ=<zone>` or `TZ=<zone>` precedes the expression. A time
   * that a clock change skips fires directly after the gap. A time that a clock change repeats fires once if the hour
   * and the minute are single numbers, and twice otherwise. Throws `invalid_input` if the expression is invalid.
   */
  next(cron: string, after: Date): Date | null;
}
