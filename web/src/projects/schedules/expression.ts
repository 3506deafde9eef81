import type { ProjectSchedule } from "@tembo-io/sdk";

type Schedule = Pick<ProjectSchedule, "cron" | "timezone">;

/** Returns a schedule as the single expression that the schedule dialog edits. Pure. */
export const toExpression = ({ cron, timezone }: Schedule) =>
  timezone === null ? cron : `CRON_TZ=${timezone} ${cron}`;

/** Splits an expression of the schedule dialog. The time zone is null for UTC. Pure. */
export function fromExpression(expression: string): Schedule {
  const [, timezone, cron] = /^CRON_TZ=(\S+)\s+(.*)$/s.exec(expression) ?? [];
  return timezone === undefined || cron === undefined
    ? { cron: expression, timezone: null }
    : { cron, timezone: timezone === "UTC" ? null : timezone };
}
