import type { CursorPage, Page, TurnLease } from "../../base/index.ts";
import type { TurnError } from "../turn/turn.ts";
import type { AgentRun, AgentRunStatus, ScriptResult } from "./agent-run.ts";

export interface AgentRunQueries {
  /** Inserts the run. Does nothing if it already exists. */
  insert(run: AgentRun): Promise<void>;
  find(agentId: string, id: string): Promise<AgentRun | null>;
  list(agentId: string, page: CursorPage): Promise<Page<AgentRun>>;
  /** Returns the run that the session belongs to, or null if no run created it. */
  ofSession(sessionId: string): Promise<AgentRun | null>;
  /**
   * Returns the number of the agent's running runs, and of its queued runs that precede the run with the ID `before`.
   */
  busy(
    agentId: string,
    before: string,
  ): Promise<{ readonly running: number; readonly earlierQueued: number }>;
  countQueued(agentId: string): Promise<number>;
  /** Returns the first queued run of each agent that can start a run. */
  startable(limit: number): Promise<AgentRun[]>;
  start(
    id: string,
    started: { readonly sessionId: string; readonly script: string | null; readonly at: Date },
  ): Promise<void>;
  /**
   * Returns running runs whose first turn has ended, with the result of that turn. If the session's row no longer
   * exists, the result is `cancelled`.
   */
  worked(limit: number): Promise<readonly WorkedRun[]>;
  /** Ends the run. Returns false if it has already ended. */
  end(
    id: string,
    ending: { readonly status: AgentRunStatus; readonly errorMessage: string | null; readonly at: Date },
  ): Promise<boolean>;
  /**
   * Returns the statuses of runs that were created since `since` and have completed or failed, most recently ended
   * first.
   */
  latestEndings(agentId: string, since: Date, limit: number): Promise<readonly ("completed" | "failed")[]>;
  setScriptResult(lease: TurnLease, result: ScriptResult): Promise<void>;
}

export interface WorkedRun {
  readonly run: AgentRun;
  readonly turn: {
    readonly status: "completed" | "failed" | "cancelled";
    readonly error: TurnError["message"] | null;
  };
}
