import type { EgressSetting } from "../../../core/egress/egress-policy.ts";
import { AppError } from "../../../core/errors.ts";
import type { MessageOptions } from "../../../core/message/message-options.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Queries } from "../../../core/ports/store/store.ts";
import type { SandboxSize } from "../../../core/session/sandbox-size.ts";
import type {
  Session,
  SessionRepository,
  SessionSource,
  SessionStatus,
} from "../../../core/session/session.ts";
import { writeUnderLease } from "../lease.ts";
import { Conditions } from "../page.ts";
import { containing, type Sql } from "../sql.ts";

const given = `id, organization_id, title, prompt, description, harness, model, provider, branch_name, target_branch,
  base_branch, status, created_at, updated_at, last_queued_at, sandbox_size, is_planning, agent_options,
  egress, budget_microusd, source`;
const columns = `${given}, number`;

export function sessionQueries(sql: Sql, clock: Clock): Queries["sessions"] {
  return {
    async insert(session, repositories) {
      await sql.rows(
        `with session as (
           insert into sessions (${given})
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18, $19, $20, $21)
           on conflict (id) do nothing returning id
         )
         insert into session_repositories
           (session_id, position, repository_id, directory, branch_name, target_branch, base_sha)
         select session.id, place, repository_id, directory, branch_name, target_branch, base_sha
         from session, unnest($22::uuid[], $23::text[], $24::text[], $25::text[], $26::text[])
           with ordinality as one (repository_id, directory, branch_name, target_branch, base_sha, place)`,
        [
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
          repositories.map((one) => one.repositoryId),
          repositories.map((one) => one.directory),
          repositories.map((one) => one.branchName),
          repositories.map((one) => one.targetBranch),
          repositories.map((one) => one.baseSha),
        ],
      );
    },

    async find(organizationId, id) {
      const [row] = await sql.rows<SessionRow>(
        `select ${columns} from sessions where organization_id = $1 and id = $2`,
        [organizationId, id],
      );
      return row === undefined ? null : toSession(row);
    },

    async lock(organizationId, id) {
      const [row] = await sql.rows<SessionRow>(
        `select ${columns} from sessions where organization_id = $1 and id = $2 for no key update`,
        [organizationId, id],
      );
      return row === undefined ? null : toSession(row);
    },

    async get(id) {
      const [row] = await sql.rows<SessionRow>(`select ${columns} from sessions where id = $1`, [id]);
      if (row === undefined) throw noSession(id);
      return toSession(row);
    },

    async list(organizationId, page) {
      const where = new Conditions().add("organization_id = $", organizationId);
      if (page.search !== undefined) {
        where.add("session_search_text(title, prompt, description) ilike $", containing(page.search));
      }
      const run = page.search === undefined ? sql.rows : sql.rowsPlannedAnew;
      const [count] = await run<{ total: number }>(
        `select count(*)::float8 as total from sessions where ${where.text}`,
        where.values,
      );
      const totalCount = count!.total;
      const offset = (page.page - 1) * page.limit;
      if (offset >= totalCount) return { sessions: [], totalCount };
      const rows = await run<SessionRow>(
        `select ${columns} from sessions where ${where.text}
         order by id desc limit ${where.value(page.limit)} offset ${where.value(offset)}`,
        where.values,
      );
      return { sessions: rows.map(toSession), totalCount };
    },

    async repositories(sessionId) {
      const rows = await sql.rows<SessionRepositoryRow>(
        `select session_id, repository_id, directory, branch_name, target_branch, base_sha
         from session_repositories where session_id = $1 order by position`,
        [sessionId],
      );
      return rows.map(toSessionRepository);
    },

    async findBySource(organizationId, { kind, repositoryId, number }) {
      const [row] = await sql.rows<SessionRow>(
        `select ${columns} from sessions where organization_id = $1 and source ->> 'kind' = $2
           and source ->> 'repositoryId' = $3 and source ->> 'number' = $4
         order by id desc limit 1`,
        [organizationId, kind, repositoryId, String(number)],
      );
      return row === undefined ? null : toSession(row);
    },

    async retarget(id, repositoryId, targetBranch) {
      await sql.rows(
        "update session_repositories set target_branch = $3 where session_id = $1 and repository_id = $2",
        [id, repositoryId, targetBranch],
      );
    },

    async uncheckedWorkspaces(before, limit) {
      const rows = await sql.rows<SessionRow>(
        `select ${columns} from sessions
         where updated_at < $1 and status in ('completed', 'failed', 'cancelled')
           and (workspace_checked_at is null or workspace_checked_at < updated_at)
         order by updated_at limit $2`,
        [before, limit],
      );
      return rows.map(toSession);
    },

    async setWorkspaceChecked(id, at) {
      await sql.rows("update sessions set workspace_checked_at = $2 where id = $1", [id, at]);
    },

    async setStatus(id, status, at) {
      const rows = await sql.rows(
        `update sessions set status = $2, updated_at = $3,
           last_queued_at = case when $2 = 'queued' then $3 else last_queued_at end
         where id = $1 returning id`,
        [id, status, at],
      );
      if (rows.length === 0) throw noSession(id);
    },

    async leavePlanning(id) {
      const rows = await sql.rows("update sessions set is_planning = false where id = $1 returning id", [id]);
      if (rows.length === 0) throw noSession(id);
    },

    chooseTitle: (lease, title) =>
      writeUnderLease(sql, lease, {
        text: `update sessions set title = $4, updated_at = $5, is_title_chosen = true from hold_lease($1, $2, $3)
          where id = $1 returning id`,
        values: [title, clock.now()],
        otherwise: `There is no session ${lease.sessionId}.`,
      }),

    async isTitleChosen(id) {
      const rows = await sql.rows("select id from sessions where id = $1 and is_title_chosen", [id]);
      return rows.length > 0;
    },

    setTitle: (lease, title) =>
      writeUnderLease(sql, lease, {
        text: `update sessions set title = $4, updated_at = $5 from hold_lease($1, $2, $3)
          where id = $1 returning id`,
        values: [title, clock.now()],
        otherwise: `There is no session ${lease.sessionId}.`,
      }),

    async setAgent(id, { harness, model, provider }) {
      const rows = await sql.rows(
        "update sessions set harness = $2, model = $3, provider = $4 where id = $1 returning id",
        [id, harness, model, provider],
      );
      if (rows.length === 0) throw noSession(id);
    },

    setBaseSha: (lease, repositoryId, baseSha) =>
      writeUnderLease(sql, lease, {
        text: `update session_repositories set base_sha = $5 from hold_lease($1, $2, $3)
          where session_id = $1 and repository_id = $4 returning session_id`,
        values: [repositoryId, baseSha],
        otherwise: `Session ${lease.sessionId} has no repository ${repositoryId}.`,
      }),
  };
}

const noSession = (id: string) => new AppError("not_found", `There is no session ${id}.`);

/** The mode has a column of its own. */
type AgentOptions = Omit<MessageOptions, "mode">;

function agentOptionsOf({ reasoningLevel, speed, goal }: MessageOptions): AgentOptions {
  return { reasoningLevel, speed, goal };
}

interface SessionRow {
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
}

const toSession = (row: SessionRow): Session => ({
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
});

interface SessionRepositoryRow {
  session_id: string;
  repository_id: string;
  directory: string;
  branch_name: string;
  target_branch: string;
  base_sha: string | null;
}

const toSessionRepository = (row: SessionRepositoryRow): SessionRepository => ({
  sessionId: row.session_id,
  repositoryId: row.repository_id,
  directory: row.directory,
  branchName: row.branch_name,
  targetBranch: row.target_branch,
  baseSha: row.base_sha,
});
