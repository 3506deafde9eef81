import type { Queries } from "../../../core/ports.ts";
import { lockLease, writeUnderLease } from "../lease.ts";
import { query } from "../query.ts";
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
        statement: query`insert into conversations (session_id, harness, conversation_id, seen_seq)
          select ${lease.sessionId}, ${harness}, ${id}, ${seenSeq} from ${lockLease(lease)}
          on conflict (session_id, harness)
            do update set conversation_id = excluded.conversation_id, seen_seq = excluded.seen_seq
          returning session_id`,
        otherwise: `Session ${lease.sessionId} was not found.`,
      }),
  };
}
