export interface AgentSchedule {
  readonly id: string;
  readonly agentId: string;
  /**
   * Cron expression with five fields, or a shortcut such as "@daily". The time zone is UTC unless a prefix sets another
   * one: "CRON_TZ=Europe/Berlin 0 9 * * 1-5".
   */
  readonly cron: string;
  /** Time of the next run, or null if the schedule is disabled or no later time matches. */
  readonly nextRunAt: Date | null;
  readonly lastRunAt: Date | null;
  readonly enabledAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
