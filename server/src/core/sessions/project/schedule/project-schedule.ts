/** Times at which builds of a project are requested. */
export interface ProjectSchedule {
  readonly id: string;
  readonly projectId: string;
  /** Cron expression with five fields, or a shortcut such as "@daily". */
  readonly cron: string;
  /** IANA time zone, or null for UTC. */
  readonly timezone: string | null;
  /** Time of the next build, or null if the schedule is disabled or no later time matches. */
  readonly nextRunAt: Date | null;
  readonly lastRunAt: Date | null;
  readonly enabledAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
