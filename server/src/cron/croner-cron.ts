import { Cron as Expression } from "croner";
import { AppError, type Cron, reason } from "../core/base/index.ts";

/** Computes the times of cron expressions with croner. */
export const cronerCron: Cron = {
  next(cron, after) {
    const { pattern, timezone } = partsOf(cron);
    try {
      if (!isPattern.test(pattern))
        throw new TypeError("it must have five fields or be a shortcut such as @daily");
      return new Expression(pattern, { paused: true, timezone, mode: "5-part" }).nextRun(after);
    } catch (cause) {
      throw new AppError(
        "invalid_input",
        `The cron expression ${JSON.stringify(cron)} is not valid: ${reason(cause).replace(/[.]$/, "")}. The fields are minute, hour, day of the month, month and day of the week. To use a time zone other than UTC, prefix it: "CRON_TZ=Europe/Berlin 0 9 * * 1-5".`,
        { cause, field: "cron" },
      );
    }
  },
};

/** Matches five fields or a shortcut such as "@daily". Without this check, croner would also accept a date. */
const isPattern = /^(?:@[a-z]+|\S+(?:\s+\S+){4})$/u;

/** Splits a cron expression into its pattern and its time zone prefix, which has the same form as in Debian and Go. */
function partsOf(cron: string): { readonly pattern: string; readonly timezone: string } {
  const [, timezone = "UTC", pattern = ""] = /^(?:(?:CRON_TZ|TZ)=(\S+)\s+)?(.*)$/su.exec(cron.trim()) ?? [];
  return { pattern, timezone };
}
