import type { SessionParts } from "../../../core/sessions/index.ts";
import type { Sql } from "../sql.ts";
import { attentionOf } from "./attention.ts";

export const maxArtifacts = 100;

/** Row of the statement below, which returns one row for each object related to a session. */
type PartRow = { readonly session_id: string } & (
  | { readonly part: "repository"; readonly value: { readonly id: string; readonly targetBranch: string } }
  | { readonly part: "pullRequest"; readonly value: SessionParts["pullRequests"][number] }
  | { readonly part: "artifact"; readonly value: SessionParts["artifacts"][number] }
  | { readonly part: "diff"; readonly value: NonNullable<SessionParts["diff"]> }
  | { readonly part: "integration"; readonly value: NonNullable<SessionParts["integration"]> }
  | { readonly part: "agent"; readonly value: string }
  | { readonly part: "project"; readonly value: NonNullable<SessionParts["project"]> }
  | { readonly part: "attention"; readonly value: NonNullable<SessionParts["attention"]> }
  | { readonly part: "attempt"; readonly value: NonNullable<SessionParts["attempt"]> }
  | { readonly part: "mcpServers"; readonly value: readonly string[] }
);

/**
 * Reads all parts of all sessions in one statement. A query for each part of each session would take several times as
 * long.
 */
const partsText = `
  select session_id, part, value from (
    select session_id, 'repository' as part, position, repository_id as id,
        jsonb_build_object('id', repository_id, 'targetBranch', target_branch) as value
      from session_repositories where session_id = any ($1::uuid[])
    union all
    select p.session_id, 'pullRequest', 0, p.id, jsonb_build_object('id', p.id, 'url', p.url, 'title', p.title,
        'status', p.status, 'isDraft', p.is_draft, 'repositoryId', p.repository_id, 'forge', r.forge)
      from pull_requests p join repositories r on r.id = p.repository_id where p.session_id = any ($1::uuid[])
    union all
    select one.id, 'artifact', 0, a.id,
        jsonb_build_object('id', a.id, 'type', a.type, 'createdAt', a.created_at, 'updatedAt', a.updated_at)
      from unnest($1::uuid[]) as one (id), lateral (
        select id, type, created_at, updated_at from artifacts where session_id = one.id order by id desc limit ${maxArtifacts}
      ) as a
    union all
    select session_id, 'diff', 0, session_id,
        jsonb_build_object('additions', sum(additions), 'deletions', sum(deletions))
      from diffs where session_id = any ($1::uuid[]) group by session_id
    union all
    select s.id, 'integration', 0, i.id, jsonb_build_object('id', i.id, 'displayName', i.display_name, 'forge', i.forge)
      from sessions s
      join repositories r on r.id = (s.source ->> 'repositoryId')::uuid and r.organization_id = s.organization_id
      join integrations i on i.id = r.integration_id
      where s.id = any ($1::uuid[]) and s.source is not null
    union all
    select session_id, 'agent', 0, agent_id, to_jsonb(agent_id) from agent_runs where session_id = any ($1::uuid[])
    union all
    select s.id, 'project', 0, p.id, jsonb_build_object('id', p.id, 'name', p.name, 'icon', p.icon, 'color', p.color)
      from sessions s join projects p on p.id = s.project_id where s.id = any ($1::uuid[])
    union all
    select id, 'attention', 0, id, to_jsonb(attention) from (
      select s.id, ${attentionOf("s")} as attention from sessions s where s.id = any ($1::uuid[])
    ) as waiting where attention is not null
    union all
    select session_id, 'attempt', 0, session_id, jsonb_build_object('groupId', group_id, 'number', number, 'count', count)
      from session_attempts where session_id = any ($1::uuid[])
    union all
    select id, 'mcpServers', 0, id, to_jsonb(mcp_servers) from sessions
      where id = any ($1::uuid[]) and mcp_servers <> '{}'
  ) as parts order by position, id desc`;

/** Returns the related data of the sessions, by session ID. */
export async function readSessionParts(
  sql: Sql,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SessionParts>> {
  const found = new Map(ids.map((id) => [id, noParts()]));
  if (ids.length === 0) return found;
  for (const row of await sql.rows<PartRow>(partsText, [ids])) addPart(found.get(row.session_id)!, row);
  return found;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer One)[] ? One[] : T[K] };

const noParts = (): Writable<SessionParts> => ({
  repositoryIds: [],
  targetBranches: [],
  pullRequests: [],
  artifacts: [],
  diff: null,
  integration: null,
  agentId: null,
  project: null,
  attention: null,
  attempt: null,
  mcpServers: [],
});

function addPart(parts: Writable<SessionParts>, row: PartRow): void {
  switch (row.part) {
    case "repository":
      parts.repositoryIds.push(row.value.id);
      parts.targetBranches.push(row.value.targetBranch);
      break;
    case "pullRequest":
      parts.pullRequests.push(row.value);
      break;
    case "artifact":
      parts.artifacts.push({
        ...row.value,
        createdAt: new Date(row.value.createdAt).toISOString(),
        updatedAt: new Date(row.value.updatedAt).toISOString(),
      });
      break;
    case "diff":
      parts.diff = row.value;
      break;
    case "integration":
      parts.integration = row.value;
      break;
    case "agent":
      parts.agentId = row.value;
      break;
    case "project":
      parts.project = row.value;
      break;
    case "attention":
      parts.attention = row.value;
      break;
    case "attempt":
      parts.attempt = row.value;
      break;
    case "mcpServers":
      parts.mcpServers = [...row.value];
  }
}
