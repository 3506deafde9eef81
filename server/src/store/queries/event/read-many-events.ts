import type { SessionEvent } from "../../../core/sessions/index.ts";
import type { Sql } from "../sql.ts";
import { type EventRow, toEvent } from "./events.ts";

/** Of each session the events after a number, in their order, at most `limit` of each; in the order asked. */
export async function readManyEvents(
  sql: Sql,
  asked: readonly { readonly sessionId: string; readonly afterSeq: number }[],
  limit: number,
): Promise<SessionEvent[][]> {
  const rows = await sql.rows<EventRow & { place: number }>(
    `select place::integer as place, e.session_id, e.seq::float8 as seq, e.message_id, e.data, e.created_at
     from unnest($1::uuid[], $2::bigint[]) with ordinality as asked (session_id, after_seq, place), lateral (
       select * from events where session_id = asked.session_id and seq > asked.after_seq order by seq limit $3
     ) as e order by place, e.seq`,
    [asked.map(({ sessionId }) => sessionId), asked.map(({ afterSeq }) => afterSeq), limit],
  );
  const found: SessionEvent[][] = asked.map(() => []);
  for (const row of rows) found[row.place - 1]!.push(toEvent(row));
  return found;
}
