import { z } from "zod";
import { cursorQuery, queryList, timestamp, uuid } from "../common.ts";

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

const cron = z
  .string()
  .min(1)
  .max(500)
  .describe(
    "Minute, hour, day of the month, month and day of the week. Times are in UTC unless a time zone comes first: `CRON_TZ=Europe/Berlin 0 9 * * 1-5`.",
  );
export const agentScheduleBody = z.strictObject({ cron });
export type AgentScheduleBody = z.infer<typeof agentScheduleBody>;

export const agentScheduleParams = z.object({ agentId: uuid, scheduleId: uuid });
export const agentScheduleListQuery = cursorQuery;
export const agentScheduleList = z.strictObject({
  items: z.array(agentSchedule),
  nextCursor: uuid.nullable(),
});
export type AgentScheduleList = z.infer<typeof agentScheduleList>;

export const agentNextRunQuery = z.object({
  ids: queryList(uuid).optional().describe("Limits the list to these agents."),
  limit: cursorQuery.shape.limit,
});
/** Next scheduled run of each enabled agent that has a schedule. */
export const agentNextRun = z.strictObject({ agentId: uuid, nextRunAt: timestamp });
export const agentNextRunList = z.strictObject({ items: z.array(agentNextRun) });
export type AgentNextRunList = z.infer<typeof agentNextRunList>;

export const agentScheduleTimesQuery = z.object({ cron });
export const agentScheduleTimes = z.strictObject({ times: z.array(timestamp).max(5) });
export type AgentScheduleTimes = z.infer<typeof agentScheduleTimes>;
