import type { EgressSetting } from "../../../core/accounts/index.ts";
import type {
  MessageOptions,
  SandboxSize,
  Session,
  SessionRepository,
  SessionSource,
  SessionStatus,
  Visibility,
} from "../../../core/sessions/index.ts";

export const given = `id, organization_id, title, prompt, description, harness, model, provider, branch_name, target_branch,
  base_branch, status, created_at, updated_at, last_queued_at, sandbox_size, is_planning, agent_options,
  egress, budget_microusd, source, visibility, is_pinned, level, created_by_key, rich_content, source_pull_request_id`;
export const columns = `${given}, number`;

/** In the order of `given`. */
export const valuesOf = (session: Omit<Session, "number">): unknown[] => [
  session.id,
  session.organizationId,
  session.title,
  session.prompt,
  session.description,
  session.harness,
  session.model,
  session.provider,
  session.branchName,
  session.targetBranch,
  session.baseBranch,
  session.status,
  session.createdAt,
  session.updatedAt,
  session.lastQueuedAt,
  session.sandboxSize,
  session.options.mode === "plan",
  agentOptionsOf(session.options),
  session.egress,
  session.budgetMicroUsd,
  session.source,
  session.visibility,
  session.isPinned,
  session.level,
  session.createdByKeyId,
  session.richContent,
  session.sourcePullRequestId,
];

/** The mode has a column of its own. */
type AgentOptions = Omit<MessageOptions, "mode">;

export function agentOptionsOf({ reasoningLevel, speed, goal }: MessageOptions): AgentOptions {
  return { reasoningLevel, speed, goal };
}

export interface SessionRow {
  id: string;
  organization_id: string;
  number: number;
  title: string;
  prompt: string;
  description: string | null;
  harness: string;
  model: string;
  provider: string | null;
  branch_name: string;
  target_branch: string | null;
  base_branch: string | null;
  status: SessionStatus;
  created_at: Date;
  updated_at: Date;
  last_queued_at: Date | null;
  sandbox_size: SandboxSize;
  is_planning: boolean;
  agent_options: AgentOptions | null;
  egress: EgressSetting | null;
  budget_microusd: string | null;
  source: SessionSource | null;
  visibility: Visibility;
  is_pinned: boolean;
  level: number;
  created_by_key: string | null;
  rich_content: Readonly<Record<string, unknown>> | null;
  source_pull_request_id: string | null;
}

export const toSession = (row: SessionRow): Session => ({
  id: row.id,
  organizationId: row.organization_id,
  number: row.number,
  title: row.title,
  prompt: row.prompt,
  description: row.description,
  harness: row.harness,
  model: row.model,
  provider: row.provider,
  branchName: row.branch_name,
  targetBranch: row.target_branch,
  baseBranch: row.base_branch,
  status: row.status,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  lastQueuedAt: row.last_queued_at,
  sandboxSize: row.sandbox_size,
  options: {
    ...(row.agent_options ?? { reasoningLevel: null, speed: "normal", goal: null }),
    mode: row.is_planning ? "plan" : "build",
  },
  egress: row.egress,
  budgetMicroUsd: row.budget_microusd === null ? null : Number(row.budget_microusd),
  source: row.source,
  visibility: row.visibility,
  isPinned: row.is_pinned,
  level: row.level,
  createdByKeyId: row.created_by_key,
  richContent: row.rich_content,
  sourcePullRequestId: row.source_pull_request_id,
});

export interface SessionRepositoryRow {
  session_id: string;
  repository_id: string;
  directory: string;
  branch_name: string;
  target_branch: string;
  base_branch: string | null;
  base_sha: string | null;
}

export const toSessionRepository = (row: SessionRepositoryRow): SessionRepository => ({
  sessionId: row.session_id,
  repositoryId: row.repository_id,
  directory: row.directory,
  branchName: row.branch_name,
  targetBranch: row.target_branch,
  baseBranch: row.base_branch,
  baseSha: row.base_sha,
});
