import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";

export const agentSchedule = z.strictObject({
  id: uuid,
  agentId: uuid,
  cron: z.string(),
  lastRunAt: timestamp.nullable(),
  nextRunAt: timestamp.nullable(),
  enabledAt: timestamp.nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type AgentSchedule = z.infer<typeof agentSchedule>;

export const agentScheduleBody = z.strictObject({
  cron: z
    .string()
    .min(1)
    .max(500)
    .describe(
      "Minute, hour, day of the month, month, day of the week; in UTC, or behind a time zone: `CRON_TZ=Europe/Berlin 0 9 * * 1-5`.",
    ),
});
export type AgentScheduleBody = z.infer<typeof agentScheduleBody>;

export const agentScheduleParams = z.object({ agentId: uuid, scheduleId: uuid });
export const agentScheduleListQuery = cursorQuery;
export const agentScheduleList = z.strictObject({
  items: z.array(agentSchedule),
  nextCursor: uuid.nullable(),
});
export type AgentScheduleList = z.infer<typeof agentScheduleList>;
