import type {
  AgentContentRevision,
  AgentListItem,
  AgentRunJob,
  AgentRunPolicy,
  AgentRun as AgentRunView,
  AgentSchedule as AgentScheduleView,
  AgentTemplate as AgentTemplateView,
  AgentTrigger as AgentTriggerView,
  Agent as AgentView,
  DocumentedAgent,
} from "@tembo/contract";
import {
  type Agent,
  type AgentOverview,
  type AgentRevision,
  type AgentSchedule,
  type AgentTemplate,
  type AgentTrigger,
  triggerDisplayName,
} from "../../../core/automation/index.ts";
import type { Repository } from "../../../core/forges/index.ts";
import type { Ports } from "../../../core/ports.ts";
import type { AgentRun } from "../../../core/sessions/index.ts";
import { LOCAL_INTEGRATION_ID } from "../repository/repository-view.ts";

interface Owner {
  readonly organizationName: string;
  readonly now: Date;
}

export function agentView(
  agent: AgentOverview,
  owner: Owner,
  repositories: readonly Repository[],
): AgentView {
  return {
    ...sharedView(agent, owner),
    key: agent.key,
    sandboxSize: agent.sandboxSize,
    projectId: agent.projectId,
    templateId: agent.templateId,
    contentVersion: agent.contentVersion,
    script: agent.script,
    autoDetectRepositories: agent.autoDetectRepositories,
    updatedAt: agent.updatedAt.toISOString(),
    agentOptions: { ...agent.agentOptions },
    userState: agent.userState === null ? null : { ...agent.userState },
    codeRepositories: repositories.map(({ id, name, owner: owned, integrationId, forge }) => ({
      id,
      name,
      owner: owned,
      integrationId: integrationId ?? LOCAL_INTEGRATION_ID,
      integrationType: forge,
    })),
  };
}

export const agentItemView = (agent: AgentOverview, owner: Owner): AgentListItem => ({
  ...sharedView(agent, owner),
  codeRepositoryCount: agent.repositoryIds.length,
});

function sharedView(agent: AgentOverview, { organizationName, now }: Owner) {
  return {
    id: agent.id,
    organizationId: agent.organizationId,
    organizationName,
    createdBy: agent.createdBy,
    name: agent.name,
    instructions: agent.instructions === null ? null : { ...agent.instructions },
    agent: agent.agent,
    mcpServers: [...agent.mcpServers],
    artifactType: agent.artifactType as AgentView["artifactType"],
    createdAt: agent.createdAt.toISOString(),
    archivedAt: agent.archivedAt?.toISOString() ?? null,
    enabledAt: agent.enabledAt?.toISOString() ?? null,
    lastRun: agent.lastRun === null ? null : runView(agent.lastRun, now),
    runCount: agent.runCount,
    scheduleCount: agent.scheduleCount,
    triggerCount: agent.triggerCount,
    hasPausedSchedule: agent.hasPausedSchedule,
    hasPausedTrigger: agent.hasPausedTrigger,
    integrationIds: [...agent.integrationIds],
    integrationTypes: [...agent.integrationTypes],
  };
}

export const documentedAgentView = (agent: Agent): DocumentedAgent => ({
  id: agent.id,
  name: agent.name,
  key: agent.key,
  jsonContent: agent.instructions === null ? null : { ...agent.instructions },
  agent: agent.agent,
  mcpServers: [...agent.mcpServers],
  organizationId: agent.organizationId,
  enabledAt: agent.enabledAt?.toISOString() ?? null,
  createdAt: agent.createdAt.toISOString(),
  updatedAt: agent.updatedAt.toISOString(),
});

/**
 * Returns the view of a run. The duration is the time from the run's start to its end, or to `now` while the run is in progress. It is 0 for a run
 * that has not started.
 */
export function runView(run: AgentRun, now: Date): AgentRunView {
  const endedAt = run.endedAt ?? now;
  return {
    id: run.id,
    sessionId: run.sessionId,
    status: run.status,
    createdAt: run.createdAt.toISOString(),
    updatedAt: run.updatedAt.toISOString(),
    durationMs: run.startedAt === null ? 0 : Math.max(0, endedAt.getTime() - run.startedAt.getTime()),
    errorMessage: run.errorMessage,
  };
}

export function runJobView(run: AgentRun, organizationId: string): AgentRunJob {
  const createdAt = run.createdAt.toISOString();
  return {
    id: run.id,
    task: "run_agent",
    status: "pending",
    priority: 0,
    createdAt,
    updatedAt: createdAt,
    data: {
      agentId: run.agentId,
      type: "trigger",
      triggerName: "webhook",
      payload: { eventPayload: { ...run.payload } },
    },
    metadata: {},
    visibleAt: createdAt,
    startedAt: null,
    completedAt: null,
    cancelledAt: null,
    heartbeatAt: null,
    readCount: 0,
    durationMs: null,
    failReason: null,
    organizationId,
  };
}

export const runPolicyView = ({ runPolicy, paused }: Agent): AgentRunPolicy => ({
  ...runPolicy,
  pausedAt: paused?.at.toISOString() ?? null,
  pausedReason: paused?.reason ?? null,
});

export const scheduleView = (schedule: AgentSchedule): AgentScheduleView => ({
  id: schedule.id,
  agentId: schedule.agentId,
  cron: schedule.cron,
  lastRunAt: schedule.lastRunAt?.toISOString() ?? null,
  nextRunAt: schedule.nextRunAt?.toISOString() ?? null,
  enabledAt: schedule.enabledAt?.toISOString() ?? null,
  createdAt: schedule.createdAt.toISOString(),
  updatedAt: schedule.updatedAt.toISOString(),
});

export const triggerView = (ports: Pick<Ports, "forgeKinds">, trigger: AgentTrigger): AgentTriggerView => ({
  id: trigger.id,
  agentId: trigger.agentId,
  triggerName: trigger.name,
  triggerDisplayName: triggerDisplayName(ports, trigger.name),
  integrationId: trigger.integrationId,
  integrationType: trigger.name.split(".")[0]!,
  filters: { ...trigger.filters },
  enabledAt: trigger.enabledAt?.toISOString() ?? null,
  createdAt: trigger.createdAt.toISOString(),
  updatedAt: trigger.updatedAt.toISOString(),
});

export const templateView = (template: AgentTemplate, defaultAgent: string): AgentTemplateView => ({
  name: template.name as AgentTemplateView["name"],
  title: template.title,
  description: template.description,
  label: template.label,
  instructions: { ...template.instructions },
  connectedApps: [],
  agent: defaultAgent,
  artifactType: template.artifactType,
  schedules: [...template.schedules],
  requiredParams: ["repository"],
});

export const revisionView = (revision: AgentRevision): AgentContentRevision => ({
  version: revision.version,
  authorId: revision.authorId,
  authorName: null,
  source: revision.source,
  restoredFromVersion: revision.restoredFrom,
  createdAt: revision.createdAt.toISOString(),
});
