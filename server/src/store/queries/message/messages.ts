import { AppError } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import type { Message } from "../../../core/sessions/index.ts";
import { lockLease, writeUnderLease } from "../lease.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { type Query, query } from "../query.ts";
import { addVisible } from "../session/session-conditions.ts";
import type { Sql } from "../sql.ts";
import {
  fromMessage,
  type MessageRow,
  messageFrom,
  type ShownRow,
  shownFrom,
  toMessage,
  toShown,
} from "./message-row.ts";
import { messages } from "./message-table.ts";

/** Messages of a deleted session are excluded, although their rows remain until they are purged. */
const isThere = "m.deleted_at is null and s.deleted_at is null";
const waits = "turn_id is null and deleted_at is null";
/** Matches the messages that a turn took in addition to the message that started the turn. */
const taken =
  "turn_id = $2 and delivery_mode = 'steer' and id <> (select message_id from turns where id = $2)";

export function messageQueries(sql: Sql): Queries["messages"] {
  const read = async (where: string, values: readonly unknown[]): Promise<Message[]> =>
    (await sql.rows<MessageRow>(`${messageFrom} where ${where}`, values)).map(toMessage);
  const write = async (id: string, set: Query): Promise<void> => {
    const rows = await sql.rows(query`update messages set ${set} where id = ${id} returning id`);
    if (rows.length === 0) throw noMessage(id);
  };

  return {
    async insert(message) {
      await sql.rows(
        query`insert into messages (${messages.names}) values (${messages.values(fromMessage(message))})
          on conflict (id) do nothing`,
      );
      if (message.attachments.length === 0) return;
      await sql.rows(
        `insert into message_attachments (message_id, attachment_id, position)
         select $1, id, place from unnest($2::uuid[]) with ordinality as one (id, place) on conflict do nothing`,
        [message.id, message.attachments.map(({ id }) => id)],
      );
    },

    async get(id) {
      const [message] = await read("id = $1", [id]);
      if (message === undefined) throw noMessage(id);
      return message;
    },

    async find(organizationId, id) {
      const [row] = await sql.rows<ShownRow>(
        `${shownFrom} where s.organization_id = $1 and m.id = $2 and ${isThere}`,
        [organizationId, id],
      );
      return row === undefined ? null : toShown(row);
    },

    async list(organizationId, page) {
      const where = new Conditions()
        .add("s.organization_id = $", organizationId)
        .also(isThere)
        .addWhenSet("m.session_id = $", page.sessionId)
        .addWhenSet("m.id = $", page.threadId)
        .addWhenSet("m.id < $", page.cursor);
      addVisible(where, page.viewerUserId, "s");
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<ShownRow>(
        `${shownFrom} where ${where.text} order by m.id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toShown), page);
    },

    async ofSession(sessionId, page) {
      const where = new Conditions()
        .add("m.session_id = $", sessionId)
        .also("m.deleted_at is null")
        .addWhenSet("m.position > (select position from messages where id = $)", page.cursor)
        .addWhenSet(
          `case coalesce(t.status, 'queued') when 'running' then 'working' else coalesce(t.status, 'queued') end = $`,
          page.state,
        );
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<ShownRow>(
        `${shownFrom} where ${where.text} order by m.position limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toShown), page);
    },

    queued: (sessionId) => read(`session_id = $1 and ${waits} order by position`, [sessionId]),

    async nextQueued(sessionId) {
      const [message] = await read(`session_id = $1 and ${waits} order by position limit 1`, [sessionId]);
      return message ?? null;
    },

    setTurn: (id, turnId) => write(id, messages.set({ turnId })),

    edit: (id, { content, richContent }, at) =>
      write(id, messages.set({ content, richContent, updatedAt: at })),

    steer: (id, at) => write(id, messages.set({ deliveryMode: "steer", updatedAt: at })),

    async setOrder(sessionId, ids) {
      await sql.rows(
        `with place as (
           select position, row_number() over (order by position) as number
           from messages where session_id = $1 and id = any($2::uuid[])
         )
         update messages set position = place.position
         from unnest($2::uuid[]) with ordinality as wanted (id, number) join place using (number)
         where messages.id = wanted.id`,
        [sessionId, ids],
      );
    },

    async delete(id, at) {
      await write(id, query`deleted_at = ${at}, updated_at = ${at}`);
      await sql.rows("delete from message_attachments where message_id = $1", [id]);
    },

    async takeSteering(lease) {
      await sql.rows(
        `update messages set turn_id = $2 from hold_lease($1, $2, $3)
         where session_id = $1 and ${waits} and delivery_mode = 'steer' and steered_as is null`,
        [lease.sessionId, lease.turnId, lease.attempt],
      );
      return read(`session_id = $1 and ${taken} and steered_as is null order by position`, [
        lease.sessionId,
        lease.turnId,
      ]);
    },

    steering: (turnId) =>
      read(
        `turn_id = $1 and delivery_mode = 'steer' and id <> (select message_id from turns where id = $1)
         and session_id = (select session_id from turns where id = $1) order by position`,
        [turnId],
      ),

    markSending: (lease, id, isSending) =>
      writeUnderLease(sql, lease, {
        statement: query`update messages set is_sending = ${isSending} from ${lockLease(lease)}
          where session_id = ${lease.sessionId} and id = ${id} and turn_id = ${lease.turnId} returning id`,
        otherwise: `Turn ${lease.turnId} has not claimed message ${id}.`,
      }),

    markSteered: (lease, id, how) =>
      writeUnderLease(sql, lease, {
        statement: query`update messages set steered_as = coalesce(steered_as, ${how}), is_sending = false
          from ${lockLease(lease)}
          where session_id = ${lease.sessionId} and id = ${id} and turn_id = ${lease.turnId} returning id`,
        otherwise: `Turn ${lease.turnId} has not claimed message ${id}.`,
      }),

    async releaseSteering(turnId) {
      await sql.rows(
        `update messages set turn_id = null, is_sending = false
         where turn_id = $1 and delivery_mode = 'steer' and steered_as is null
           and session_id = (select session_id from turns where id = $1)
           and id <> (select message_id from turns where id = $1)`,
        [turnId],
      );
    },

    async takeComments(messageId, repositoryId, commentIds) {
      // Also returns comments that the message has already taken, because its transaction may be retried.
      const rows = await sql.rows<{ comment_id: string }>(
        `insert into taken_comments (repository_id, comment_id, message_id)
         select $2, comment_id, $1 from unnest($3::text[]) as one (comment_id)
         on conflict (repository_id, comment_id) do update set message_id = excluded.message_id
           where taken_comments.message_id = excluded.message_id
         returning comment_id`,
        [messageId, repositoryId, commentIds],
      );
      return rows.map((row) => row.comment_id);
    },
  };
}

const noMessage = (id: string) => new AppError("not_found", `Message ${id} was not found.`);
