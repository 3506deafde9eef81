import type { SessionEvent } from "../../../core/sessions/index.ts";
import type { Sql } from "../sql.ts";
import { events } from "./event-table.ts";

/**
 * Returns the events of each session after a sequence number, at most `limit` per session, in the order of the
 * requests.
 */
export async function readManyEvents(
  sql: Sql,
  asked: readonly { readonly sessionId: string; readonly afterSeq: number }[],
  limit: number,
): Promise<SessionEvent[][]> {
  const rows = await sql.rows<SessionEvent & { readonly place: number }>(
    `select place::integer as place, ${events.columnsOf("e")}
     from unnest($1::uuid[], $2::bigint[]) with ordinality as asked (session_id, after_seq, place), lateral (
       select * from events where session_id = asked.session_id and seq > asked.after_seq order by seq limit $3
     ) as e order by place, e.seq`,
    [asked.map(({ sessionId }) => sessionId), asked.map(({ afterSeq }) => afterSeq), limit],
  );
  const found: SessionEvent[][] = asked.map(() => []);
  for (const { place, ...event } of rows) found[place - 1]!.push(event);
  return found;
}
