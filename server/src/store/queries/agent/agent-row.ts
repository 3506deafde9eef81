import type { Agent, AgentOverview, Instructions, RunPolicy } from "../../../core/automation/index.ts";
import type {
  AgentRun,
  AgentRunCause,
  AgentRunStatus,
  RunPayload,
  SandboxSize,
} from "../../../core/sessions/index.ts";
import { storableJson } from "../storable.ts";

export const agentColumns = `id, organization_id, name, key, instructions, content_version, agent, agent_options, mcp_servers,
  repository_ids, sandbox_size, project_id, template_id, script, artifact_type, auto_detect_repositories, user_state,
  overlap, pause_after_failures, paused_at, paused_reason, created_by, created_at, updated_at, enabled_at, archived_at`;

export interface AgentRow {
  id: string;
  organization_id: string;
  name: string;
  key: string | null;
  instructions: Instructions | null;
  content_version: number;
  agent: string | null;
  agent_options: Readonly<Record<string, unknown>>;
  mcp_servers: string[];
  repository_ids: string[];
  sandbox_size: SandboxSize | null;
  project_id: string | null;
  template_id: string | null;
  script: string | null;
  artifact_type: string | null;
  auto_detect_repositories: boolean;
  user_state: Readonly<Record<string, unknown>> | null;
  overlap: RunPolicy["overlap"];
  pause_after_failures: number | null;
  paused_at: Date | null;
  paused_reason: string | null;
  created_by: string | null;
  created_at: Date;
  updated_at: Date;
  enabled_at: Date | null;
  archived_at: Date | null;
}

const json = (value: unknown) => (value === null ? null : storableJson(value));

/** In the order of `agentColumns`. */
export const valuesOfAgent = (agent: Agent) => [
  agent.id,
  agent.organizationId,
  agent.name,
  agent.key,
  json(agent.instructions),
  agent.contentVersion,
  agent.agent,
  storableJson(agent.agentOptions),
  agent.mcpServers,
  agent.repositoryIds,
  agent.sandboxSize,
  agent.projectId,
  agent.templateId,
  agent.script,
  agent.artifactType,
  agent.autoDetectRepositories,
  json(agent.userState),
  agent.runPolicy.overlap,
  agent.runPolicy.pauseAfterFailures,
  agent.paused?.at ?? null,
  agent.paused?.reason ?? null,
  agent.createdBy,
  agent.createdAt,
  agent.updatedAt,
  agent.enabledAt,
  agent.archivedAt,
];

export const toAgent = (row: AgentRow): Agent => ({
  id: row.id,
  organizationId: row.organization_id,
  name: row.name,
  key: row.key,
  instructions: row.instructions,
  contentVersion: row.content_version,
  agent: row.agent,
  agentOptions: row.agent_options,
  mcpServers: row.mcp_servers,
  repositoryIds: row.repository_ids,
  sandboxSize: row.sandbox_size,
  projectId: row.project_id,
  templateId: row.template_id,
  script: row.script,
  artifactType: row.artifact_type,
  autoDetectRepositories: row.auto_detect_repositories,
  userState: row.user_state,
  runPolicy: { overlap: row.overlap, pauseAfterFailures: row.pause_after_failures },
  paused: row.paused_at === null ? null : { at: row.paused_at, reason: row.paused_reason! },
  createdBy: row.created_by,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  enabledAt: row.enabled_at,
  archivedAt: row.archived_at,
});

/** What is counted of an agent `a`, with the number by which lists are sorted. */
export const overviewOf = (agents: string) => `
  select a.*, last_run.run as last_run, coalesce(extract(epoch from last_run.created_at), 0)::float8 as latest_run,
    (select count(*)::int from agent_runs r where r.agent_id = a.id) as run_count,
    schedules.total as schedule_count, schedules.has_paused as has_paused_schedule,
    triggers.total as trigger_count, triggers.has_paused as has_paused_trigger,
    triggers.integration_ids, triggers.integration_types
  from ${agents} a
  left join lateral (select to_jsonb(r) as run, r.created_at from agent_runs r where r.agent_id = a.id order by r.id desc limit 1)
    last_run on true,
  lateral (select count(*)::int as total, coalesce(bool_or(s.enabled_at is null), false) as has_paused
    from agent_schedules s where s.agent_id = a.id) schedules,
  lateral (select count(*)::int as total, coalesce(bool_or(t.enabled_at is null), false) as has_paused,
      coalesce(array_agg(distinct t.integration_id) filter (where t.integration_id is not null), '{}') as integration_ids,
      coalesce(array_agg(distinct split_part(t.name, '.', 1)) filter (where t.name is not null), '{}') as integration_types
    from agent_triggers t where t.agent_id = a.id) triggers`;

export interface OverviewRow extends AgentRow {
  last_run: JsonRun | null;
  run_count: number;
  schedule_count: number;
  trigger_count: number;
  has_paused_schedule: boolean;
  has_paused_trigger: boolean;
  integration_ids: string[];
  integration_types: string[];
}

/** Out of `to_jsonb` moments come as texts. */
type JsonRun = {
  [K in keyof RunRow]: RunRow[K] extends Date
    ? string
    : RunRow[K] extends Date | null
      ? string | null
      : RunRow[K];
};

export const toOverview = (row: OverviewRow): AgentOverview => ({
  ...toAgent(row),
  lastRun: row.last_run === null ? null : toRun(fromJson(row.last_run)),
  runCount: row.run_count,
  scheduleCount: row.schedule_count,
  triggerCount: row.trigger_count,
  hasPausedSchedule: row.has_paused_schedule,
  hasPausedTrigger: row.has_paused_trigger,
  integrationIds: row.integration_ids,
  integrationTypes: row.integration_types,
});

const fromJson = (run: JsonRun): RunRow => ({
  ...run,
  created_at: new Date(run.created_at),
  updated_at: new Date(run.updated_at),
  started_at: run.started_at === null ? null : new Date(run.started_at),
  ended_at: run.ended_at === null ? null : new Date(run.ended_at),
});

export const runColumns = `id, agent_id, status, cause, trigger_name, payload, session_id, script, script_exit_code, script_output,
  error_message, created_at, updated_at, started_at, ended_at`;

export interface RunRow {
  id: string;
  agent_id: string;
  status: AgentRunStatus;
  cause: AgentRunCause;
  trigger_name: string | null;
  payload: RunPayload;
  session_id: string | null;
  script: string | null;
  script_exit_code: number | null;
  script_output: string | null;
  error_message: string | null;
  created_at: Date;
  updated_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
}

export const toRun = (row: RunRow): AgentRun => ({
  id: row.id,
  agentId: row.agent_id,
  status: row.status,
  cause: row.cause,
  triggerName: row.trigger_name,
  payload: row.payload,
  sessionId: row.session_id,
  script: row.script,
  scriptResult:
    row.script_exit_code === null
      ? null
      : { exitCode: row.script_exit_code, output: row.script_output ?? "" },
  errorMessage: row.error_message,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  startedAt: row.started_at,
  endedAt: row.ended_at,
});
