import type { SessionCost, UsageGroup, UsageTotal } from "../../../core/accounts/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { groupedBy, titleFor } from "./grouped-usage.ts";

/** Casts the sums, because a sum of bigint is numeric, which the driver would return as text. */
const sums = `coalesce(sum(requests), 0)::float8 as requests,
  coalesce(sum(input_tokens), 0)::float8 as "inputTokens",
  coalesce(sum(output_tokens), 0)::float8 as "outputTokens",
  coalesce(sum(cached_input_tokens), 0)::float8 as "cachedInputTokens",
  coalesce(sum(cache_write_tokens), 0)::float8 as "cacheWriteTokens",
  coalesce(sum(cost_microusd), 0)::float8 as "costMicroUsd",
  coalesce(sum(unpriced_requests), 0)::float8 as "unpricedRequests"`;

export function usageQueries(sql: Sql): Queries["usage"] {
  const total = async (where: string, values: readonly unknown[]) => {
    const [row] = await sql.rows<UsageTotal>(`select ${sums} from usage where ${where}`, values);
    return row!;
  };

  return {
    async add(of, usage, at) {
      const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, costMicroUsd } = usage;
      await sql.rows(query`
        insert into usage as so_far (turn_id, model, session_id, organization_id, requests, input_tokens,
          output_tokens, cached_input_tokens, cache_write_tokens, cost_microusd, unpriced_requests, created_at, last_answer_id)
        values (${of.turnId}, ${usage.model}, ${of.sessionId}, ${of.organizationId}, 1, ${inputTokens},
          ${outputTokens}, ${cachedInputTokens}, ${cacheWriteTokens}, ${costMicroUsd ?? 0},
          ${costMicroUsd === null ? 1 : 0}, ${at}, ${usage.answerId})
        on conflict (turn_id, model) do update set
          requests = so_far.requests + 1,
          input_tokens = so_far.input_tokens + excluded.input_tokens,
          output_tokens = so_far.output_tokens + excluded.output_tokens,
          cached_input_tokens = so_far.cached_input_tokens + excluded.cached_input_tokens,
          cache_write_tokens = so_far.cache_write_tokens + excluded.cache_write_tokens,
          cost_microusd = so_far.cost_microusd + excluded.cost_microusd,
          unpriced_requests = so_far.unpriced_requests + excluded.unpriced_requests,
          last_answer_id = excluded.last_answer_id
        where so_far.last_answer_id <> excluded.last_answer_id`);
    },

    ofTurn: (turnId) => total("turn_id = $1", [turnId]),
    ofSession: (sessionId) => total("session_id = $1", [sessionId]),

    async ofSessions(sessionIds) {
      const rows = await sql.rows<UsageTotal & { readonly id: string }>(
        `select wanted.id, ${sums} from unnest($1::uuid[]) wanted (id) left join usage on session_id = wanted.id
         group by wanted.id`,
        [sessionIds],
      );
      return new Map(rows.map(({ id, ...usage }) => [id, usage]));
    },

    ofOrganization: (organizationId, since) =>
      total("organization_id = $1 and created_at >= $2", [organizationId, since]),

    async grouped(viewer, since, by) {
      const { text, values } = groupedBy(by, sums, viewer, since);
      return sql.rows<UsageGroup>(text, values);
    },

    async bySession({ organizationId, userId }, page) {
      const where = new Conditions()
        .add("s.organization_id = $", organizationId)
        .addWhenSet("s.id < $", page.cursor);
      const title = titleFor(where.value(userId));
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<SessionCost>(
        `select s.id, ${title} as title, s.created_at as "createdAt", sum(u.cost_microusd)::float8 as "costMicroUsd"
         from usage u join sessions s on s.id = u.session_id
         where ${where.text} group by s.id order by s.id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows, page);
    },

    async spent({ sessionId, organizationId, since, now, requestId }) {
      const [row] = await sql.rows<{
        session: number;
        month: number;
        session_reserved: number;
        month_reserved: number;
      }>(
        `with root as (
           select coalesce((select root_id from child_sessions where session_id = $1), $1::uuid) as id
         ), chain as (
           select id from root
           union all select session_id from child_sessions where root_id = (select id from root)
         ), reserved as (
           select session_id, cost_microusd from budget_reservations
           where organization_id = $2 and expires_at > $4 and id <> $5
         )
         select
           (select coalesce(sum(cost_microusd), 0) from usage
            where session_id in (select id from chain))::float8 as session,
           (select coalesce(sum(cost_microusd), 0) from usage
            where organization_id = $2 and created_at >= $3)::float8 as month,
           (select coalesce(sum(cost_microusd), 0) from reserved
            where session_id in (select id from chain))::float8 as session_reserved,
           (select coalesce(sum(cost_microusd), 0) from reserved)::float8 as month_reserved`,
        [sessionId, organizationId, since, now, requestId],
      );
      return {
        sessionMicroUsd: row!.session,
        monthMicroUsd: row!.month,
        sessionReservedMicroUsd: row!.session_reserved,
        monthReservedMicroUsd: row!.month_reserved,
      };
    },

    async lockBudget(organizationId) {
      await sql.rows("select pg_advisory_xact_lock(hashtextextended('budget:' || $1, 0))", [organizationId]);
    },

    async reserve({ id, organizationId, sessionId, costMicroUsd, expiresAt }, now) {
      await sql.rows("delete from budget_reservations where expires_at <= $1 and organization_id = $2", [
        now,
        organizationId,
      ]);
      await sql.rows(
        `insert into budget_reservations (id, organization_id, session_id, cost_microusd, expires_at)
         values ($1, $2, $3, $4, $5) on conflict (id) do update set expires_at = excluded.expires_at`,
        [id, organizationId, sessionId, costMicroUsd, expiresAt],
      );
    },

    async extendReservation(id, expiresAt) {
      await sql.rows("update budget_reservations set expires_at = $2 where id = $1", [id, expiresAt]);
    },

    async release(id) {
      await sql.rows("delete from budget_reservations where id = $1", [id]);
    },
  };
}
