import type { AgentRevision, Instructions, RunPolicy } from "../../../core/automation/index.ts";
import type { AgentRunCause, AgentRunStatus, RunPayload, SandboxSize } from "../../../core/sessions/index.ts";
import { boolean, integer, json, text, textArray, timestamp, uuid, uuidArray } from "../column.ts";
import { table } from "../table.ts";

export const agents = table("agents", {
  id: uuid,
  organizationId: uuid,
  name: text,
  key: text.orNull(),
  instructions: json<Instructions>().orNull(),
  contentVersion: integer,
  agent: text.orNull(),
  agentOptions: json<Readonly<Record<string, unknown>>>(),
  mcpServers: textArray,
  repositoryIds: uuidArray,
  sandboxSize: text.as<SandboxSize>().orNull(),
  projectId: text.orNull(),
  templateId: text.orNull(),
  script: text.orNull(),
  artifactType: text.orNull(),
  autoDetectRepositories: boolean,
  userState: json<Readonly<Record<string, unknown>>>().orNull(),
  overlap: text.as<RunPolicy["overlap"]>(),
  pauseAfterFailures: integer.orNull(),
  pausedAt: timestamp.orNull(),
  pausedReason: text.orNull(),
  createdBy: text.orNull(),
  createdAt: timestamp,
  updatedAt: timestamp,
  enabledAt: timestamp.orNull(),
  archivedAt: timestamp.orNull(),
});

export const agentRuns = table("agent_runs", {
  id: uuid,
  agentId: uuid,
  status: text.as<AgentRunStatus>(),
  cause: text.as<AgentRunCause>(),
  triggerName: text.orNull(),
  payload: json<RunPayload>(),
  startedByKeyId: uuid.orNull().named("started_by_key"),
  requestId: text.orNull(),
  traceparent: text.orNull(),
  sessionId: uuid.orNull(),
  script: text.orNull(),
  scriptExitCode: integer.orNull(),
  scriptOutput: text.orNull(),
  errorMessage: text.orNull(),
  createdAt: timestamp,
  updatedAt: timestamp,
  startedAt: timestamp.orNull(),
  endedAt: timestamp.orNull(),
});

export const agentSchedules = table("agent_schedules", {
  id: uuid,
  agentId: uuid,
  cron: text,
  nextRunAt: timestamp.orNull(),
  lastRunAt: timestamp.orNull(),
  enabledAt: timestamp.orNull(),
  createdAt: timestamp,
  updatedAt: timestamp,
});

export const agentTriggers = table("agent_triggers", {
  id: uuid,
  agentId: uuid,
  name: text,
  integrationId: uuid.orNull(),
  filters: json<Readonly<Record<string, unknown>>>(),
  enabledAt: timestamp.orNull(),
  createdAt: timestamp,
  updatedAt: timestamp,
});

export const agentRevisions = table("agent_revisions", {
  agentId: uuid,
  version: integer,
  instructions: json<Instructions>().orNull(),
  source: text.as<AgentRevision["source"]>(),
  authorId: text.orNull(),
  restoredFrom: integer.orNull(),
  createdAt: timestamp,
});
