import type { CursorPage } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import type { ModelResult, MonthCount } from "../../../core/sessions/index.ts";
import { rowsToRead, toPage } from "../page.ts";
import type { Sql } from "../sql.ts";

/** `$1` is the organization. `$2` and `$3` are the start and the end of the period. */
const isCreated = "p.created_at >= $2 and p.created_at < $3";
const isMerged = "p.merged_at >= $2 and p.merged_at < $3";
const counts = `count(*) filter (where ${isCreated})::integer as created,
  count(*) filter (where ${isCreated} and p.session_id is not null)::integer as "withTembo",
  count(*) filter (where ${isMerged})::integer as merged`;
const ofPeriod = `p.organization_id = $1 and ((${isCreated}) or (${isMerged}))`;

/**
 * Returns a query for the groups of pull requests that follow the cursor's group, largest first. `counted` selects each
 * group's ID and counts.
 */
const ranked = (counted: string) =>
  `with counted as (${counted}),
     ranked as (select *, row_number() over (order by created desc, merged desc, id) as rank from counted)
   select * from ranked
   where $4::uuid is null or rank > (select rank from ranked where id = $4)
   order by rank limit $5`;

/** ID of a person: a UUIDv8 (RFC 9562 section 5.8) derived from their account, because a cursor must be an ID. */
const memberId = `overlay(overlay(md5(who.provider || ' ' || who.username) placing '8' from 13) placing '8' from 17)::uuid`;

/**
 * Groups by the author's forge account. A session's pull request whose author is Tembo, a bot or unknown counts for the
 * person who sent the first message of the session.
 */
const members = ranked(`
  select ${memberId} as id, who.provider, who.username,
    max(who.name) as name, max(who.avatar) as "avatarUrl", ${counts}
  from pull_requests p
  join repositories r on r.id = p.repository_id
  left join integrations i on i.id = r.integration_id
  left join lateral (
    select true as is_known, m.author, u.id as user_id, u.email, u.name from messages m
      left join api_keys k on k.id = m.sent_by_key left join users u on u.id = k.user_id
    where m.session_id = p.session_id order by m.position limit 1
  ) asked on p.session_id is not null and (p.author is null or (p.author ->> 'isBot')::boolean
    or p.author ->> 'id' = i.account ->> 'id')
  cross join lateral (
    select
      case when asked.user_id is not null then 'tembo' else r.forge end as provider,
      case when asked.is_known then coalesce(asked.email, asked.user_id::text, asked.author ->> 'login')
        else p.author ->> 'login' end as username,
      case when asked.is_known then coalesce(asked.name, asked.author ->> 'name') else p.author ->> 'name' end as name,
      case when asked.is_known then asked.author ->> 'avatarUrl' else p.author ->> 'avatarUrl' end as avatar
  ) who
  where ${ofPeriod} and who.username is not null
  group by who.provider, who.username`);

const repositories = ranked(
  `select p.repository_id as id, ${counts} from pull_requests p where ${ofPeriod} group by p.repository_id`,
);

/** Returns SQL for the median of an interval, in milliseconds. */
const medianMs = (interval: string) =>
  `(percentile_cont(0.5) within group (order by extract(epoch from ${interval}) * 1000))::float8`;

/** Groups turns, merged pull requests and costs by the session's harness and model. */
const models = `
  with runs as (
    select s.harness, s.model, count(*)::integer as turns,
      count(*) filter (where t.status = 'completed')::integer as completed,
      ${medianMs("t.started_at - t.created_at")} as wait, ${medianMs("t.ended_at - t.started_at")} as lasted
    from sessions s join turns t on t.session_id = s.id
    where s.organization_id = $1 and s.updated_at >= $2
      and t.status in ('completed', 'failed') and t.ended_at >= $2 and t.ended_at < $3
    group by s.harness, s.model
  ), merges as (
    select s.harness, s.model, count(*)::integer as merged, ${medianMs("p.merged_at - s.created_at")} as lasted
    from pull_requests p join sessions s on s.id = p.session_id
    where p.organization_id = $1 and ${isMerged}
    group by s.harness, s.model
  ), costs as (
    select s.harness, s.model, sum(u.cost_microusd)::float8 as cost
    from usage u join sessions s on s.id = u.session_id
    where u.organization_id = $1 and u.created_at >= $2 and u.created_at < $3
    group by s.harness, s.model
  )
  select harness, model, coalesce(turns, 0) as turns, coalesce(completed, 0) as completed,
    wait as "medianWaitMs", runs.lasted as "medianTurnMs", coalesce(merged, 0) as merged,
    merges.lasted as "medianMergeMs", coalesce(cost, 0) as "costMicroUsd"
  from runs full join merges using (harness, model) full join costs using (harness, model)
  order by turns desc nulls last, harness, model limit 100`;

export function insightQueries(sql: Sql): Queries["insights"] {
  return {
    async isEnabled(organizationId) {
      const [row] = await sql.rows<{ has_insights: boolean }>(
        "select has_insights from organizations where id = $1",
        [organizationId],
      );
      return row?.has_insights ?? false;
    },

    async setEnabled(organizationId, isEnabled) {
      await sql.rows("update organizations set has_insights = $2 where id = $1", [organizationId, isEnabled]);
    },

    months: (organizationId, { from, until }) =>
      sql.rows<MonthCount>(
        `select to_char(at at time zone 'UTC', 'YYYY-MM') as month,
           sum(with_tembo)::integer as "withTembo", sum(without_tembo)::integer as "withoutTembo",
           sum(merged)::integer as merged
         from (
           select p.created_at as at, (p.session_id is not null)::integer as with_tembo,
             (p.session_id is null)::integer as without_tembo, 0 as merged
           from pull_requests p where p.organization_id = $1 and ${isCreated}
           union all
           select p.merged_at, 0, 0, 1 from pull_requests p where p.organization_id = $1 and ${isMerged}
         ) happened
         group by month order by month`,
        [organizationId, from, until],
      ),

    async countCompleted(organizationId, { from, until }) {
      const [row] = await sql.rows<{ count: number }>(
        // The last write of a turn updates its session, so the query can skip sessions that were last updated before
        // the period.
        `select count(*)::integer as count from sessions s
         where s.organization_id = $1 and s.deleted_at is null and s.updated_at >= $2
           and exists (select from turns t where t.session_id = s.id and t.status = 'completed'
             and t.ended_at >= $2 and t.ended_at < $3)`,
        [organizationId, from, until],
      );
      return row!.count;
    },

    byMember: async (organizationId, period, page) =>
      toPage(
        await sql.rows(members, [organizationId, period.from, period.until, ...pageParameters(page)]),
        page,
      ),

    byModel: (organizationId, { from, until }) =>
      sql.rows<ModelResult>(models, [organizationId, from, until]),

    byRepository: async (organizationId, period, page) =>
      toPage(
        await sql.rows(repositories, [organizationId, period.from, period.until, ...pageParameters(page)]),
        page,
      ),
  };
}

const pageParameters = (page: CursorPage) => [page.cursor ?? null, rowsToRead(page)];
