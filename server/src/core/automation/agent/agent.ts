import type { AgentRun, SandboxSize } from "../../sessions/index.ts";

/** A rich text document (TipTap). */
export type Instructions = Readonly<Record<string, unknown>>;

/** A saved automation that starts sessions. */
export interface Agent {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  /** A word that names it beside its id; unique within the organization. */
  readonly key: string | null;
  readonly instructions: Instructions | null;
  /** Counts the versions of its instructions: 1, 2, 3, ... */
  readonly contentVersion: number;
  /** harness:model[:provider]; null takes the organization's. */
  readonly agent: string | null;
  readonly agentOptions: Readonly<Record<string, unknown>>;
  readonly mcpServers: readonly string[];
  readonly repositoryIds: readonly string[];
  /** Null takes the organization's. */
  readonly sandboxSize: SandboxSize | null;
  readonly projectId: string | null;
  readonly templateId: string | null;
  /** A shell script that runs in the sandbox before the work. */
  readonly script: string | null;
  readonly artifactType: string | null;
  readonly autoDetectRepositories: boolean;
  /** What a client keeps with it; never read. */
  readonly userState: Readonly<Record<string, unknown>> | null;
  readonly runPolicy: RunPolicy;
  readonly paused: { readonly at: Date; readonly reason: string } | null;
  /** The API key that made it. */
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Null: nothing starts it by itself. */
  readonly enabledAt: Date | null;
  /** Null while it is in use; what is archived is not enabled. */
  readonly archivedAt: Date | null;
}

export interface RunPolicy {
  /** What becomes of a run that is started while another one runs. */
  readonly overlap: "parallel" | "queue" | "skip";
  /** Null never pauses it. */
  readonly pauseAfterFailures: number | null;
}

export const defaultRunPolicy: RunPolicy = { overlap: "parallel", pauseAfterFailures: 5 };

/** With what is counted of it. */
export interface AgentOverview extends Agent {
  readonly lastRun: AgentRun | null;
  readonly runCount: number;
  readonly scheduleCount: number;
  readonly triggerCount: number;
  readonly hasPausedSchedule: boolean;
  readonly hasPausedTrigger: boolean;
  readonly integrationIds: readonly string[];
  /** Of the integrations whose events it waits for, such as "github". */
  readonly integrationTypes: readonly string[];
}

/** Its instructions as they were from one change to the next. */
export interface AgentRevision {
  readonly agentId: string;
  readonly version: number;
  readonly instructions: Instructions | null;
  readonly source: "create" | "template" | "copy" | "update" | "restore";
  /** An API key's id. */
  readonly authorId: string | null;
  readonly restoredFrom: number | null;
  readonly createdAt: Date;
}
