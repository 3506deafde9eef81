import type pg from "pg";
import type { Skill } from "../../../server/src/core/access/index.ts";
import type { Session } from "../../../server/src/core/sessions/index.ts";

export interface Target {
  query(query: pg.QueryConfig): Promise<pg.QueryResult>;
}

/** Statements that the bench compares. */
export interface StoreStatements {
  insertSession(session: Session): Promise<void>;
  getSession(id: string): Promise<Session>;
  listSessions(organizationId: string): Promise<readonly Session[]>;
  updateSkill(skill: Skill): Promise<void>;
}

const columns = `id, organization_id, number, title, prompt, description, harness, model, provider, branch_name, target_branch,
  base_branch, status, created_at, updated_at, last_queued_at, sandbox_size, project_id, snapshot_id, runs_on, is_planning,
  agent_options, egress, budget_microusd, source, visibility, is_pinned, archived_at, level, created_by_key, rich_content, source_pull_request_id`;
const placeholders = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `$${from + index}`).join(", ");
const insertion = `with session as (
    insert into sessions (${columns.replace(" number,", "")}) values (${placeholders(1, 30)})
    on conflict (id) do nothing returning id
  )
  insert into session_repositories
    (session_id, position, repository_id, directory, branch_name, target_branch, base_branch, base_sha)
  select session.id, place, repository_id, directory, branch_name, target_branch, base_branch, base_sha
  from session, unnest($31::uuid[], $32::text[], $33::text[], $34::text[], $35::text[], $36::text[])
    with ordinality as one (repository_id, directory, branch_name, target_branch, base_branch, base_sha, place)`;

/** The floor: constant texts, values in an array and a mapper that names each field. */
export const byHand = (target: Target): StoreStatements => ({
  async insertSession(session) {
    await target.query({
      name: "insert_session",
      text: insertion,
      values: [...valuesOf(session), [], [], [], [], [], []],
    });
  },
  async getSession(id) {
    const text = `select ${columns} from sessions where id = $1`;
    const { rows } = await target.query({ name: "get_session", text, values: [id] });
    return toSession(rows[0]);
  },
  async listSessions(organizationId) {
    const text = `select ${columns} from sessions where organization_id = $1 and deleted_at is null
      order by id desc limit 100`;
    const { rows } = await target.query({ name: "list_sessions", text, values: [organizationId] });
    return rows.map(toSession);
  },
  async updateSkill(skill) {
    await target.query({
      name: "update_skill",
      text: `update skills set name = $3, description = $4, files = $5::jsonb, created_at = $6, updated_at = $7
        where organization_id = $2 and id = $1 and not exists
          (select from skills other where other.organization_id = $2 and other.name = $3 and other.id <> $1)
        returning id`,
      values: [
        skill.id,
        skill.organizationId,
        skill.name,
        skill.description,
        JSON.stringify(skill.files),
        skill.createdAt,
        skill.updatedAt,
      ],
    });
  },
});

const valuesOf = ({ options: { mode, ...agentOptions }, ...session }: Session): unknown[] => [
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
  session.projectId,
  session.snapshotId,
  session.runsOn,
  mode === "plan",
  agentOptions,
  session.egress,
  session.budgetMicroUsd,
  session.source,
  session.visibility,
  session.isPinned,
  session.archivedAt,
  session.level,
  session.createdByKeyId,
  session.richContent,
  session.sourcePullRequestId,
];

const toSession = (row: pg.QueryResultRow): Session => ({
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
  projectId: row.project_id,
  snapshotId: row.snapshot_id,
  runsOn: row.runs_on,
  options: { ...row.agent_options, mode: row.is_planning ? "plan" : "build" },
  egress: row.egress,
  budgetMicroUsd: row.budget_microusd === null ? null : Number(row.budget_microusd),
  source: row.source,
  visibility: row.visibility,
  isPinned: row.is_pinned,
  archivedAt: row.archived_at,
  level: row.level,
  createdByKeyId: row.created_by_key,
  richContent: row.rich_content,
  sourcePullRequestId: row.source_pull_request_id,
});
