import type { UsageGrouping, Viewer } from "../../../core/accounts/index.ts";
import { visibleTo } from "../session/session-conditions.ts";

/**
 * Returns SQL for the title of a session `s`, which is null if the session is deleted or the user cannot see it. `userId` is the placeholder of the
 * user's ID.
 */
export const titleFor = (userId: string) =>
  `case when s.deleted_at is null and ${visibleTo(userId, "s")} then s.title end`;

/** Joins for the rows of `usage u`, and the columns to group the rows by. */
const groupings: Readonly<
  Record<UsageGrouping, { readonly id: string; readonly name: string; readonly join: string }>
> = {
  day: { id: "to_char(u.created_at at time zone 'UTC', 'YYYY-MM-DD')", name: "null::text", join: "" },
  model: { id: "u.model", name: "u.model", join: "" },
  harness: { id: "s.harness", name: "s.harness", join: "join sessions s on s.id = u.session_id" },
  person: {
    id: "coalesce(p.id::text, m.author ->> 'login', m.author ->> 'email')",
    name: "coalesce(p.name, p.email, m.author ->> 'name')",
    join: `join turns t on t.id = u.turn_id join messages m on m.id = t.message_id
      left join api_keys k on k.id = m.sent_by_key left join users p on p.id = k.user_id`,
  },
  repository: {
    id: "r.id::text",
    name: "r.owner || '/' || r.name",
    join: `left join session_repositories o on o.session_id = u.session_id
      left join repositories r on r.id = o.repository_id`,
  },
  agent: {
    id: "a.id::text",
    name: "a.name",
    join: `left join lateral (select agent_id from agent_runs where session_id = u.session_id limit 1) run on true
      left join agents a on a.id = run.agent_id`,
  },
  pullRequest: {
    id: "p.id::text",
    name: "r.owner || '/' || r.name || '#' || p.number",
    join: `left join pull_requests p on p.session_id = u.session_id
      left join repositories r on r.id = p.repository_id`,
  },
  session: {
    id: "s.id::text",
    name: titleFor("$3"),
    join: "join sessions s on s.id = u.session_id",
  },
};

export function groupedBy(
  by: UsageGrouping,
  sums: string,
  { organizationId, userId }: Viewer,
  since: Date,
): { readonly text: string; readonly values: readonly unknown[] } {
  const { id, name, join } = groupings[by];
  const text = `select id, max(name) as name, count(distinct session_id)::integer as sessions, ${sums}
    from (
      select u.*, ${id} as id, ${name} as name from usage u ${join}
      where u.organization_id = $1 and u.created_at >= $2
    ) used
    group by id order by ${by === "day" ? "id limit 366" : '"costMicroUsd" desc, id limit 100'}`;
  return { text, values: [organizationId, since, ...(by === "session" ? [userId] : [])] };
}
