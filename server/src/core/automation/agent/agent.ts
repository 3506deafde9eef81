import type { AgentRun, SandboxSize } from "../../sessions/index.ts";

/** A rich text document (TipTap). */
export type Instructions = Readonly<Record<string, unknown>>;

/** A saved automation that starts sessions. */
export interface Agent {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  /** A word that identifies the agent, as an alternative to its ID. Unique in the organization. */
  readonly key: string | null;
  readonly instructions: Instructions | null;
  /** Version number of the instructions: 1, 2, 3, ... */
  readonly contentVersion: number;
  /** Agent key (`harness:model[:provider]`), or null for the organization's default. */
  readonly agent: string | null;
  readonly agentOptions: Readonly<Record<string, unknown>>;
  readonly mcpServers: readonly string[];
  readonly repositoryIds: readonly string[];
  /** Sandbox size, or null for the organization's default. */
  readonly sandboxSize: SandboxSize | null;
  /** ID of a project, `noProject`, or null for the default project. */
  readonly projectId: string | null;
  readonly templateId: string | null;
  /** A shell script that runs in the sandbox before the agent starts. */
  readonly script: string | null;
  readonly artifactType: string | null;
  readonly autoDetectRepositories: boolean;
  /** Client data that is stored with the agent. Tembo never interprets it. */
  readonly userState: Readonly<Record<string, unknown>> | null;
  readonly runPolicy: RunPolicy;
  readonly paused: { readonly at: Date; readonly reason: string } | null;
  /** ID of the API key or sign-in that created the agent, or null if it is unknown. */
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /**
   * Time at which the agent was enabled, or null if it is disabled. Schedules, triggers and webhooks cannot start a
   * disabled agent.
   */
  readonly enabledAt: Date | null;
  /** Time at which the agent was archived, or null if it is not archived. An archived agent is never enabled. */
  readonly archivedAt: Date | null;
}

/** Value of `projectId` for sessions without a project. */
export const noProject = "tembo";

export interface RunPolicy {
  /** Policy for a run that is requested while another run of the agent is in progress. */
  readonly overlap: "parallel" | "queue" | "skip";
  /** Number of consecutive failures after which the agent is paused, or null to never pause it. */
  readonly pauseAfterFailures: number | null;
}

export const defaultRunPolicy: RunPolicy = { overlap: "parallel", pauseAfterFailures: 5 };

/** An agent with its last run and statistics. */
export interface AgentOverview extends Agent {
  readonly lastRun: AgentRun | null;
  readonly runCount: number;
  readonly scheduleCount: number;
  readonly triggerCount: number;
  readonly hasPausedSchedule: boolean;
  readonly hasPausedTrigger: boolean;
  readonly integrationIds: readonly string[];
  /** Types of the integrations whose events the agent's triggers subscribe to, such as "github". */
  readonly integrationTypes: readonly string[];
}

/** A version of an agent's instructions. */
export interface AgentRevision {
  readonly agentId: string;
  readonly version: number;
  readonly instructions: Instructions | null;
  readonly source: "create" | "template" | "copy" | "update" | "restore";
  /** ID of the author's API key or sign-in, or null if it is unknown. */
  readonly authorId: string | null;
  readonly restoredFrom: number | null;
  readonly createdAt: Date;
}
