import type { SessionFilter } from "../../../core/ports/store/session-list.ts";
import type { Sql } from "../sql.ts";
import type { NarrowedFilter } from "./session-conditions.ts";

/** Who took part in more is met soon when sessions are read from the newest on. */
const mostSessions = 2_000;

const text = `
  with keys as (select id from api_keys where user_id::text = any ($1))
  select distinct id from (
    (select s.id from keys join sessions s on s.created_by_key = keys.id limit ${mostSessions + 1})
    union all
    (select m.session_id from keys join messages m on m.sent_by_key = keys.id limit ${mostSessions + 1})
    union all
    (select session_id from messages where author is not null and author ->> 'login' = any ($1) limit ${mostSessions + 1})
  ) as took_part limit ${mostSessions + 1}`;

/** Names the sessions of participants who took part in few: else each session of the organization would be looked at, to find those few. */
export async function narrowParticipants(sql: Sql, filter: SessionFilter): Promise<NarrowedFilter> {
  if (filter.participants === undefined) return filter;
  const rows = await sql.rowsPlannedAnew<{ id: string }>(text, [filter.participants]);
  return rows.length > mostSessions ? filter : { ...filter, sessionIds: rows.map(({ id }) => id) };
}
