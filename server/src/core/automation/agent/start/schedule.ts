/** Starts an agent again and again. */
export interface AgentSchedule {
  readonly id: string;
  readonly agentId: string;
  /** Five fields, with a time zone before them or in UTC: "CRON_TZ=Europe/Berlin 0 9 * * 1-5". */
  readonly cron: string;
  /** Null while it is not enabled, and when no further time fits. */
  readonly nextRunAt: Date | null;
  readonly lastRunAt: Date | null;
  readonly enabledAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
