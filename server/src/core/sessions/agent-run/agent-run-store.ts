import type { CursorPage, Page, TurnLease } from "../../base/index.ts";
import type { TurnError } from "../turn/turn.ts";
import type { AgentRun, AgentRunStatus, ScriptResult } from "./agent-run.ts";

export interface AgentRunQueries {
  /** A run that is there already is left as it is. */
  insert(run: AgentRun): Promise<void>;
  find(agentId: string, id: string): Promise<AgentRun | null>;
  list(agentId: string, page: CursorPage): Promise<Page<AgentRun>>;
  /** The run that the session is of, or null. */
  ofSession(sessionId: string): Promise<AgentRun | null>;
  /** How many of the agent run, and how many wait that were queued before this one. */
  busy(
    agentId: string,
    before: string,
  ): Promise<{ readonly running: number; readonly earlierQueued: number }>;
  countQueued(agentId: string): Promise<number>;
  /** Of each agent that may start one the first that waits. */
  startable(limit: number): Promise<AgentRun[]>;
  start(
    id: string,
    started: { readonly sessionId: string; readonly script: string | null; readonly at: Date },
  ): Promise<void>;
  /** Runs whose first turn has ended, with what came of it; a session that is gone counts as cancelled. */
  worked(limit: number): Promise<readonly WorkedRun[]>;
  /** False when it has ended already. */
  end(
    id: string,
    ending: { readonly status: AgentRunStatus; readonly errorMessage: string | null; readonly at: Date },
  ): Promise<boolean>;
  /** Newest first, of runs that were queued since then and completed or failed. */
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
