import type { CursorPage, Page } from "../../../base/index.ts";
import type { ProjectSchedule } from "./project-schedule.ts";

export interface ProjectScheduleQueries {
  insert(schedule: ProjectSchedule): Promise<void>;
  update(schedule: ProjectSchedule): Promise<void>;
  find(projectId: string, id: string): Promise<ProjectSchedule | null>;
  oldest(projectId: string): Promise<ProjectSchedule | null>;
  /** Lists schedules, newest first. */
  list(projectId: string, page: CursorPage): Promise<Page<ProjectSchedule>>;
  count(projectId: string): Promise<number>;
  disableAll(projectId: string, at: Date): Promise<void>;
  /** Returns the due schedules, longest overdue first. */
  due(now: Date, limit: number): Promise<ProjectSchedule[]>;
  /**
   * Advances a schedule to its next time. Returns false if another caller has already advanced it, or if it is no
   * longer enabled.
   */
  advance(
    id: string,
    from: Date,
    to: { readonly lastRunAt: Date; readonly nextRunAt: Date | null },
  ): Promise<boolean>;
}
