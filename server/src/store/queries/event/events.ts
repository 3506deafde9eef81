import type { Clock } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import type { EncodedEvent, EventData, EventPage, SessionEvent } from "../../../core/sessions/index.ts";
import { Conditions } from "../page.ts";
import type { Sql } from "../sql.ts";
import { storableJson } from "../storable.ts";
import { events } from "./event-table.ts";

const encodedColumns = `${events.without("data", "createdAt").columns}, data->>'type' as type, data::text as data,
  to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt"`;

export function eventQueries(
  sql: Sql,
  clock: Clock,
  checkEvent: ((data: EventData) => void) | undefined,
): Queries["events"] {
  const read = <Row>(columns: string, sessionId: string, page: EventPage): Promise<Row[]> => {
    const where = new Conditions().add("session_id = $", sessionId).add("seq > $", page.afterSeq);
    if (page.messageId === null) where.also("message_id is null");
    else where.addWhenSet("message_id = $", page.messageId);
    return sql.rows<Row>(
      `select ${columns} from events where ${where.text} order by events.seq limit ${where.value(page.limit)}`,
      where.values,
    );
  };

  return {
    async append(sessionId, lease, entries) {
      if (checkEvent !== undefined) for (const { data } of entries) checkEvent(data);
      const [row] = await sql.rows<{ last: number }>(
        "select append_events($1, $2, $3, $4, $5)::float8 as last",
        [sessionId, lease?.turnId ?? null, lease?.attempt ?? null, storableJson(entries), clock.now()],
      );
      return row!.last;
    },

    list: (sessionId, page) => read<SessionEvent>(events.columns.text, sessionId, page),
    listEncoded: (sessionId, page) => read<EncodedEvent>(encodedColumns, sessionId, page),

    async lastSeq(sessionId) {
      const [row] = await sql.rows<{ last: number }>(
        "select coalesce(max(last_seq), 0)::float8 as last from sessions where id = $1",
        [sessionId],
      );
      return row!.last;
    },

    async savedFiles(sessionId, messageId, limit) {
      // The index of events by message finds both parts without reading the whole session. A turn that ended before its
      // prompt has not named the files that were saved before it.
      const rows = await sql.rows<{ path: string }>(
        `select data->>'path' as path from events
         where session_id = $1 and message_id is null and data->>'type' = 'workspaceFile.saved' and seq > coalesce((
           select seq from events
           where session_id = $1 and data->>'type' = 'turn.started' and message_id = (
             select message_id from turns where session_id = $1 and message_id <> $2 and is_prompt_sent
             order by number desc limit 1)
           order by seq limit 1), 0)
         group by 1 order by max(seq) desc limit $3`,
        [sessionId, messageId, limit],
      );
      return rows.map(({ path }) => path);
    },

    async availableCommands(sessionId, harness) {
      const [row] = await sql.rows<{ commands: readonly { readonly name: string }[] }>(
        `select data->'commands' as commands from events reported
         where session_id = $1 and data->>'type' = 'availableCommands' and $2 = (
           select split_part(data->>'agent', ':', 1) from events
           where session_id = $1 and seq < reported.seq and data->>'type' in ('session.created', 'session.agentChanged')
           order by seq desc limit 1)
         order by seq desc limit 1`,
        [sessionId, harness],
      );
      return row?.commands.map(({ name }) => name) ?? null;
    },
  };
}
