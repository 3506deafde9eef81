import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";

export const projectSchedule = z.strictObject({
  id: uuid,
  projectId: uuid,
  cron: z.string(),
  timezone: z.string().nullable(),
  enabledAt: timestamp.nullable(),
  lastRunAt: timestamp.nullable(),
  nextRunAt: timestamp.nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type ProjectSchedule = z.infer<typeof projectSchedule>;

export const projectScheduleListQuery = cursorQuery;
export const projectScheduleList = z.strictObject({
  items: z.array(projectSchedule),
  nextCursor: uuid.nullable(),
});
export type ProjectScheduleList = z.infer<typeof projectScheduleList>;
export const projectScheduleParams = z.object({ projectId: uuid, scheduleId: uuid });

const cron = z
  .string()
  .min(1)
  .max(120)
  .describe("Minute, hour, day of the month, month and day of the week, such as `0 3 * * *`.");
const timezone = z.string().min(1).max(100).describe("Such as `Europe/Berlin`. Defaults to UTC.");

export const projectScheduleCreateBody = z.strictObject({ cron, timezone: timezone.optional() });
export type ProjectScheduleCreateBody = z.infer<typeof projectScheduleCreateBody>;
export const projectScheduleChangeBody = z.strictObject({
  cron: cron.optional(),
  timezone: timezone.nullish(),
  enabled: z.boolean().optional(),
});
export type ProjectScheduleChangeBody = z.infer<typeof projectScheduleChangeBody>;
