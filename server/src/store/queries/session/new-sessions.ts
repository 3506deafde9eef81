import { AppError, type Clock } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import type { EventData, StartingMessage } from "../../../core/sessions/index.ts";
import { fromMessage } from "../message/message-row.ts";
import { messages } from "../message/message-table.ts";
import { query, raw } from "../query.ts";
import type { Sql } from "../sql.ts";
import { storableJson } from "../storable.ts";
import { readInputs } from "./new-session-inputs.ts";
import { fromSession, sessionRepositories, sessions } from "./session-table.ts";

/** Columns without the session ID, which the statement reads from the session row that it inserts first. */
const used = sessionRepositories.without("sessionId");

export function newSessionQueries(
  sql: Sql,
  clock: Clock,
  checkEvent: ((data: EventData) => void) | undefined,
): Queries["newSessions"] {
  return {
    readInputs: (organizationId, wanted) => readInputs(sql, organizationId, wanted),

    async insert(
      session,
      repositories,
      { reservedNumber = null, mcpServers = [], message = null, events = [] } = {},
    ) {
      if (checkEvent !== undefined) for (const { data } of events) checkEvent(data);
      const number = reservedNumber === null ? nextNumber : query`${reservedNumber}`;
      const [outcome] = await sql.rows<{ isInserted: boolean }>(query`
        with session as (
          insert into sessions (${sessions.names}, last_seq, mcp_servers, number) overriding system value
          values (${sessions.values(fromSession(session))}, ${events.length}, ${mcpServers}, ${number})
          on conflict (id) do nothing returning id
        ), used as (
          insert into session_repositories (session_id, position, ${used.names})
          select session.id, place, ${used.names}
          from session, ${used.unnest(repositories)} with ordinality as one (${used.names}, place)
        )${message === null ? nothing : insertFirstMessage(message)}, event as (
          insert into events (session_id, seq, key, message_id, data, created_at)
          select session.id, place, value ->> 'key', (value ->> 'messageId')::uuid, value -> 'data', ${clock.now()}
          from session, jsonb_array_elements(${storableJson(events)}::jsonb) with ordinality as one (value, place)
        )
        select exists (select from session)
          or exists (select from sessions where id = ${session.id} and created_at = ${session.createdAt}) as "isInserted"`);
      if (outcome?.isInserted !== true) {
        throw new AppError(
          "conflict",
          `The session ID ${session.id} is already used by another session. Choose a new one.`,
        );
      }
    },
  };
}

const nextNumber = raw("nextval(pg_get_serial_sequence('sessions', 'number'))");
const nothing = raw("");

/** Returns the parts of the statement above that insert the session's first message with its attachments, and its turn. */
const insertFirstMessage = (message: StartingMessage) => query`, message as (
    insert into messages (${messages.names}) select ${messages.values(fromMessage(message))} from session
  ), attachment as (
    insert into message_attachments (message_id, attachment_id, position)
    select ${message.id}, one.id, place
    from session, unnest(${message.attachments.map(({ id }) => id)}::uuid[]) with ordinality as one (id, place)
    on conflict do nothing
  ), turn as (
    insert into turns (id, session_id, message_id, number, created_at)
    select ${message.turnId}, id, ${message.id}, 1, ${message.createdAt} from session
  )`;
