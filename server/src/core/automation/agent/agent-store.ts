import type { CursorPage, Page } from "../../base/index.ts";
import type { Agent, AgentOverview, AgentRevision } from "./agent.ts";
import type { AgentSchedule } from "./start/schedule.ts";
import type { AgentTrigger } from "./start/trigger.ts";

export interface AgentQueries {
  /** Inserts an agent. Returns false if another agent in the organization has the key. */
  insert(agent: Agent): Promise<boolean>;
  /** Updates an agent. Returns false if another agent in the organization has the key. */
  update(agent: Agent): Promise<boolean>;
  find(organizationId: string, id: string): Promise<AgentOverview | null>;
  findByKey(organizationId: string, key: string): Promise<Agent | null>;
  /** Returns the keys of agents that are not archived, in alphabetical order. */
  keys(organizationId: string, limit: number): Promise<readonly string[]>;
  /** Finds an agent in any organization, for runs. */
  findById(id: string): Promise<Agent | null>;
  /**
   * Returns the agent and locks its row until the transaction ends. Code that starts or ends a run, or changes the agent, must acquire this lock
   * first.
   */
  lock(id: string): Promise<Agent | null>;
  list(organizationId: string, filter: AgentFilter): Promise<Page<AgentOverview>>;
  /** Counts the agents that are not archived. */
  count(organizationId: string): Promise<number>;
  /** Returns the integration types whose events the triggers of the organization's agents subscribe to. */
  integrationTypes(organizationId: string): Promise<readonly string[]>;
  delete(organizationId: string, id: string): Promise<void>;
  insertRevision(revision: AgentRevision): Promise<void>;
  findRevision(agentId: string, version: number): Promise<AgentRevision | null>;
  /** Lists revisions, newest first. `before` is a version number. */
  revisions(
    agentId: string,
    page: { readonly before?: number; readonly limit: number },
  ): Promise<AgentRevision[]>;
}

export interface AgentFilter extends CursorPage {
  readonly ids?: readonly string[];
  readonly search?: string;
  readonly isArchived: boolean;
  /** Sort order. Defaults to newest first. */
  readonly sort?: "latestRun" | "runCount";
  readonly isEnabled?: boolean;
  readonly integrationTypes?: readonly string[];
  readonly authors?: readonly string[];
}

export interface AgentScheduleQueries {
  insert(schedule: AgentSchedule): Promise<void>;
  /** Updates every field except the ID, the creation time and `lastRunAt`, which only `advance` changes. */
  update(schedule: AgentSchedule): Promise<void>;
  find(agentId: string, id: string): Promise<AgentSchedule | null>;
  list(agentId: string, page: CursorPage): Promise<Page<AgentSchedule>>;
  /** Returns the due schedules of enabled agents, longest overdue first. */
  due(now: Date, limit: number): Promise<AgentSchedule[]>;
  /** Returns the next start time of each enabled agent in the organization that has one, soonest first. With `ids`, includes only these agents. */
  nextRuns(
    organizationId: string,
    filter: { readonly ids?: readonly string[]; readonly limit: number },
  ): Promise<readonly { readonly agentId: string; readonly nextRunAt: Date }[]>;
  /**
   * Advances a schedule to its next time. Returns false if another caller has already advanced it, or if it is no
   * longer enabled.
   */
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
  /** Returns the enabled triggers of enabled agents that have one of these names, and that apply to this integration or to every integration. */
  waitingFor(
    organizationId: string,
    names: readonly string[],
    integrationId: string | null,
  ): Promise<AgentTrigger[]>;
  /** Enables all triggers of the agent, or disables them if `enabledAt` is null. */
  setEnabled(agentId: string, enabledAt: Date | null): Promise<void>;
  delete(agentId: string, id: string): Promise<void>;
}
