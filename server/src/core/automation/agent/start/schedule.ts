/** A schedule that starts an agent repeatedly. */
export interface AgentSchedule {
  readonly id: string;
  readonly agentId: string;
  /** Five fields in UTC, or after a time zone: "CRON_TZ=Europe/Berlin 0 9 * * 1-5". */
  readonly cron: string;
  /** Time of the next run. Null while the schedule is disabled, and if no further time matches. */
  readonly nextRunAt: Date | null;
  readonly lastRunAt: Date | null;
  readonly enabledAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
