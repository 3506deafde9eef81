import type { Queries } from "../../../core/ports.ts";
import { writeUnderLease } from "../lease.ts";
import type { Sql } from "../sql.ts";

export function conversationQueries(sql: Sql): Queries["conversations"] {
  return {
    async find(sessionId, harness) {
      const [row] = await sql.rows<{ id: string; seen: number }>(
        `select conversation_id as id, seen_seq::float8 as seen from conversations
         where session_id = $1 and harness = $2`,
        [sessionId, harness],
      );
      return row === undefined ? null : { id: row.id, seenSeq: row.seen };
    },

    save: (lease, harness, { id, seenSeq }) =>
      writeUnderLease(sql, lease, {
        text: `insert into conversations (session_id, harness, conversation_id, seen_seq)
          select $1, $4, $5, $6 from hold_lease($1, $2, $3)
          on conflict (session_id, harness) do update set conversation_id = $5, seen_seq = $6
          returning session_id`,
        values: [harness, id, seenSeq],
        otherwise: `There is no session ${lease.sessionId}.`,
      }),
  };
}
