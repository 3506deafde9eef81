import type { RequestOrigin } from "../../base/index.ts";

export type AgentRunStatus = "queued" | "running" | "completed" | "failed" | "cancelled" | "skipped";

/** An execution of a saved agent. */
export interface AgentRun {
  readonly id: string;
  readonly agentId: string;
  readonly status: AgentRunStatus;
  readonly cause: AgentRunCause;
  /** Name of the trigger that caused the run, or null for any other cause. */
  readonly triggerName: string | null;
  readonly payload: RunPayload;
  /** ID of the API key or sign-in whose request started the run, or null for a schedule and a trigger. */
  readonly startedByKeyId: string | null;
  /** API request that started the run, or null for a schedule and a trigger. */
  readonly request: RequestOrigin | null;
  /** ID of the run's session, or null if the run has not started or the session's row no longer exists. */
  readonly sessionId: string | null;
  /** The agent's script at the start of the run, or null until then and if the agent has none. */
  readonly script: string | null;
  /** Script result, or null until the script has run. */
  readonly scriptResult: ScriptResult | null;
  /** Reason why the run did not complete, or null. */
  readonly errorMessage: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

export type AgentRunCause = "api" | "webhook" | "schedule" | "event";

export type RunPayload = Readonly<Record<string, unknown>>;

export interface ScriptResult {
  readonly exitCode: number;
  /** End of the script's output, with secrets masked. */
  readonly output: string;
}
