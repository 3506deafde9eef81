import type { Cron } from "./cron.ts";
import { AppError } from "./errors.ts";

/**
 * Returns the first matching time after `now`. Throws `invalid_input` if the cron expression cannot be parsed or never
 * matches a future time.
 */
export function firstRunTime(crons: Cron, cron: string, now: Date): Date {
  const first = crons.next(cron, now);
  if (first !== null) return first;
  throw new AppError(
    "invalid_input",
    `The "cron" ${JSON.stringify(cron)} never matches a future time. Use another expression.`,
    { field: "cron" },
  );
}
