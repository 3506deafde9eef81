import type { SessionFilter } from "../../../core/sessions/index.ts";
import type { Sql } from "../sql.ts";
import type { NarrowedFilter } from "./session-conditions.ts";

/**
 * Maximum number of sessions and messages of participants who count as rare. Above this number, a scan from the newest
 * session finds matches quickly.
 */
const maxParts = 20_000;

const text = `
  with keys as (select id from api_keys where user_id::text = any ($1))
  select count(*)::integer as parts from (
    (select from keys join sessions s on s.created_by_key = keys.id limit ${maxParts + 1})
    union all
    (select from keys join messages m on m.sent_by_key = keys.id limit ${maxParts + 1})
    union all
    (select from messages where author is not null and author ->> 'login' = any ($1) limit ${maxParts + 1})
  ) as took_part`;

/**
 * Sets `areParticipantsRare` if the participants have sent few messages and created few sessions. Without this flag,
 * the query would check every session of the organization to find those few.
 */
export async function narrowParticipants(sql: Sql, filter: SessionFilter): Promise<NarrowedFilter> {
  if (filter.participants === undefined) return filter;
  const [row] = await sql.rowsWithFreshPlan<{ parts: number }>(text, [filter.participants]);
  return { ...filter, areParticipantsRare: row!.parts <= maxParts };
}
