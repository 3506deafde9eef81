import type { CursorPage, Page } from "../../base/index.ts";
import type { Agent, AgentOverview, AgentRevision } from "./agent.ts";
import type { AgentSchedule } from "./start/schedule.ts";
import type { AgentTrigger } from "./start/trigger.ts";

export interface AgentQueries {
  /** False when another agent of the organization has the key. */
  insert(agent: Agent): Promise<boolean>;
  /** As `insert`. */
  update(agent: Agent): Promise<boolean>;
  find(organizationId: string, id: string): Promise<AgentOverview | null>;
  findByKey(organizationId: string, key: string): Promise<Agent | null>;
  /** By which those that are not archived are called, in order. */
  keys(organizationId: string, limit: number): Promise<readonly string[]>;
  /** For runs, of whatever organization. */
  get(id: string): Promise<Agent | null>;
  /** Holds the row until the transaction ends. Starts, ends and changes of an agent take it first. */
  lock(id: string): Promise<Agent | null>;
  list(organizationId: string, filter: AgentFilter): Promise<Page<AgentOverview>>;
  /** Of all that are not archived. */
  count(organizationId: string): Promise<number>;
  /** Of the integrations that triggers of its agents wait for. */
  integrationTypes(organizationId: string): Promise<readonly string[]>;
  delete(organizationId: string, id: string): Promise<void>;
  insertRevision(revision: AgentRevision): Promise<void>;
  findRevision(agentId: string, version: number): Promise<AgentRevision | null>;
  /** Newest first; `before` is a version. */
  revisions(
    agentId: string,
    page: { readonly before?: number; readonly limit: number },
  ): Promise<AgentRevision[]>;
}

export interface AgentFilter extends CursorPage {
  readonly ids?: readonly string[];
  readonly search?: string;
  readonly isArchived: boolean;
  /** Newest first without it. */
  readonly sort?: "latestRun" | "runCount";
  readonly isEnabled?: boolean;
  readonly integrationTypes?: readonly string[];
  readonly authors?: readonly string[];
}

export interface AgentScheduleQueries {
  insert(schedule: AgentSchedule): Promise<void>;
  update(schedule: AgentSchedule): Promise<void>;
  find(agentId: string, id: string): Promise<AgentSchedule | null>;
  list(agentId: string, page: CursorPage): Promise<Page<AgentSchedule>>;
  /** Those of enabled agents whose time has come, the longest overdue first. */
  due(now: Date, limit: number): Promise<AgentSchedule[]>;
  /** When the organization's enabled agents start next, of these agents or of all; the soonest first. */
  nextRuns(
    organizationId: string,
    filter: { readonly ids?: readonly string[]; readonly limit: number },
  ): Promise<readonly { readonly agentId: string; readonly nextRunAt: Date }[]>;
  /** Moves a firing on; false when somebody else did, or it is no longer enabled. */
  advance(
    id: string,
    from: Date,
    to: { readonly lastRunAt: Date; readonly nextRunAt: Date | null },
  ): Promise<boolean>;
  delete(agentId: string, id: string): Promise<void>;
}

export interface AgentTriggerQueries {
  insert(trigger: AgentTrigger): Promise<void>;
  update(trigger: AgentTrigger): Promise<void>;
  find(agentId: string, id: string): Promise<AgentTrigger | null>;
  list(agentId: string, page: CursorPage): Promise<Page<AgentTrigger>>;
  /** Those of the organization's enabled agents that wait for one of these names, from this integration or any. */
  waitingFor(
    organizationId: string,
    names: readonly string[],
    integrationId: string | null,
  ): Promise<AgentTrigger[]>;
  /** All of the agent's are enabled or not from here on. */
  setEnabled(agentId: string, enabledAt: Date | null): Promise<void>;
  delete(agentId: string, id: string): Promise<void>;
}
