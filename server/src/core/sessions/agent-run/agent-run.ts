export type AgentRunStatus = "queued" | "running" | "completed" | "failed" | "cancelled" | "skipped";

/** One execution of an agent. */
export interface AgentRun {
  readonly id: string;
  readonly agentId: string;
  readonly status: AgentRunStatus;
  readonly cause: AgentRunCause;
  /** Of a forge's event. */
  readonly triggerName: string | null;
  readonly payload: RunPayload;
  /** Null until it starts, and for one that never did. */
  readonly sessionId: string | null;
  /** As it was when the run started; null runs none. */
  readonly script: string | null;
  /** What came of the script, once it has run. */
  readonly scriptResult: ScriptResult | null;
  /** Why it failed or was skipped. */
  readonly errorMessage: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

export type AgentRunCause = "api" | "webhook" | "schedule" | "event";

/** A JSON object. */
export type RunPayload = Readonly<Record<string, unknown>>;

export interface ScriptResult {
  readonly exitCode: number;
  /** The end of what it printed, masked. */
  readonly output: string;
}
