/** A schedule that starts an agent at recurring times. */
export interface AgentSchedule {
  readonly id: string;
  readonly agentId: string;
  /**
   * Cron expression with five fields, in UTC unless it begins with a time zone: "CRON_TZ=Europe/Berlin 0 9 * * 1-5".
   */
  readonly cron: string;
  /** Time of the next run, or null if the schedule is disabled or no later time matches. */
  readonly nextRunAt: Date | null;
  readonly lastRunAt: Date | null;
  readonly enabledAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
