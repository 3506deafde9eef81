import type { Queries } from "../../../core/ports.ts";
import type { SessionDetails } from "../../../core/sessions/index.ts";
import type { Sql } from "../sql.ts";
import { attentionOf } from "./attention.ts";
import { maxArtifacts } from "./session-parts.ts";

type Json<T> = {
  readonly [Field in keyof T]: T[Field] extends Date ? string : T[Field];
};
type DetailsRow = Omit<SessionDetails, "repositories" | "targetBranches" | "pullRequests"> & {
  readonly repositories: readonly (SessionDetails["repositories"][number] & {
    readonly targetBranch: string;
  })[];
  readonly pullRequests: readonly Json<SessionDetails["pullRequests"][number]>[];
};

/**
 * Reads one session. The statement for lists (session-parts.ts) takes an array of IDs, for which PostgreSQL makes a new
 * plan each time. This one keeps its plan.
 */
const text = `
  select
    (select coalesce(json_agg(json_build_object('id', r.id, 'name', r.name, 'owner', r.owner,
        'defaultBranch', r.default_branch, 'forge', r.forge, 'targetBranch', u.target_branch) order by u.position), '[]')
      from session_repositories u join repositories r on r.id = u.repository_id where u.session_id = $1) as repositories,
    (select coalesce(json_agg(json_build_object('id', p.id, 'url', p.url, 'title', p.title, 'status', p.status,
        'isDraft', p.is_draft, 'headBranch', p.head_branch, 'baseBranch', p.base_branch, 'headSha', p.head_sha,
        'additions', p.additions, 'deletions', p.deletions, 'author', p.author, 'repositoryId', p.repository_id,
        'createdAt', p.created_at, 'updatedAt', p.updated_at) order by p.id), '[]')
      from pull_requests p where p.session_id = $1) as "pullRequests",
    (select coalesce(json_agg(json_build_object('id', a.id, 'type', a.type, 'createdAt', a.created_at,
        'updatedAt', a.updated_at) order by a.id desc), '[]')
      from (select id, type, created_at, updated_at from artifacts where session_id = $1 order by id desc
        limit ${maxArtifacts}) a) as artifacts,
    (select json_build_object('additions', sum(additions), 'deletions', sum(deletions)) from diffs where session_id = $1
      having count(*) > 0) as diff,
    (select json_build_object('id', i.id, 'displayName', i.display_name, 'forge', i.forge)
      from repositories r join integrations i on i.id = r.integration_id
      where r.id = $3::uuid and r.organization_id = $2) as integration,
    (select agent_id from agent_runs where session_id = $1 order by agent_id limit 1) as "agentId",
    (select json_build_object('id', id, 'name', name, 'icon', icon, 'color', color) from projects where id = $4) as project,
    (select ${attentionOf("sessions")} from sessions where id = $1) as attention,
    (select json_build_object('groupId', group_id, 'number', number, 'count', count) from session_attempts
      where session_id = $1) as attempt,
    (select mcp_servers from sessions where id = $1) as "mcpServers",
    (select json_build_object('id', id, 'url', url, 'title', title, 'status', status, 'isDraft', is_draft)
      from pull_requests where id = $5 and organization_id = $2) as "sourcePullRequest"`;

export function sessionDetailQueries(sql: Sql): Queries["sessionDetails"] {
  return {
    async read({ id, organizationId, source, projectId, sourcePullRequestId }) {
      const values = [id, organizationId, source?.repositoryId ?? null, projectId, sourcePullRequestId];
      const [row] = await sql.rows<DetailsRow>(text, values);
      const { repositories, pullRequests, artifacts, ...others } = row!;
      return {
        ...others,
        repositories: repositories.map(({ targetBranch: _, ...repository }) => repository),
        targetBranches: repositories.map(({ targetBranch }) => targetBranch),
        pullRequests: pullRequests.map((one) => ({
          ...one,
          createdAt: new Date(one.createdAt),
          updatedAt: new Date(one.updatedAt),
        })),
        artifacts: artifacts.map((one) => ({
          ...one,
          createdAt: new Date(one.createdAt).toISOString(),
          updatedAt: new Date(one.updatedAt).toISOString(),
        })),
      };
    },
  };
}
