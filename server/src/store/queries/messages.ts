import { AppError } from "../../core/errors.ts";
import type { Message, MessageAuthor, MessageSource } from "../../core/message/message.ts";
import type { Queries } from "../../core/ports/store.ts";
import type { Sql } from "./sql.ts";

const columns = "id, session_id, content, author, source, turn_id, created_at";

export function messageQueries(sql: Sql): Queries["messages"] {
  return {
    async insert(message) {
      await sql.rows(
        `insert into messages (${columns}) values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing`,
        [
          message.id,
          message.sessionId,
          message.content,
          message.author,
          message.source,
          message.turnId,
          message.createdAt,
        ],
      );
    },

    async get(id) {
      const [row] = await sql.rows<MessageRow>(`select ${columns} from messages where id = $1`, [id]);
      if (row === undefined) throw noMessage(id);
      return toMessage(row);
    },

    async nextQueued(sessionId) {
      const [row] = await sql.rows<MessageRow>(
        `select ${columns} from messages where session_id = $1 and turn_id is null order by position limit 1`,
        [sessionId],
      );
      return row === undefined ? null : toMessage(row);
    },

    async setTurn(id, turnId) {
      const rows = await sql.rows("update messages set turn_id = $2 where id = $1 returning id", [
        id,
        turnId,
      ]);
      if (rows.length === 0) throw noMessage(id);
    },

    async takeComments(messageId, repositoryId, commentIds) {
      // What this message took before stays its own, as its transaction may be repeated.
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

const noMessage = (id: string) => new AppError("not_found", `There is no message ${id}.`);

interface MessageRow {
  id: string;
  session_id: string;
  content: string;
  author: MessageAuthor | null;
  source: MessageSource | null;
  turn_id: string | null;
  created_at: Date;
}

const toMessage = (row: MessageRow): Message => ({
  id: row.id,
  sessionId: row.session_id,
  content: row.content,
  author: row.author,
  source: row.source,
  turnId: row.turn_id,
  createdAt: row.created_at,
});
