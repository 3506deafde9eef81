import type { Queries } from "../../../core/ports.ts";
import type { Ask, AskAnswer, Asked } from "../../../core/sessions/index.ts";
import { Conditions } from "../page.ts";
import type { Sql } from "../sql.ts";
import { storableJson } from "../storable.ts";

const columns = "id, session_id, turn_id, asked, created_at, expires_at, answer, answered_at";

export function askQueries(sql: Sql): Queries["asks"] {
  return {
    async insert({ id, sessionId, turnId, asked, createdAt, expiresAt }) {
      await sql.rows(
        `insert into asks (id, session_id, turn_id, asked, created_at, expires_at)
         values ($1, $2, $3, $4::jsonb, $5, $6) on conflict (id) do nothing`,
        [id, sessionId, turnId, storableJson(asked), createdAt, expiresAt],
      );
    },

    async answer(id, { at, ...answer }) {
      await sql.rows(
        "update asks set answer = $2::jsonb, answered_at = $3 where id = $1 and answer is null",
        [id, storableJson(answer), at],
      );
      const [row] = await sql.rows<AskRow>(`select ${columns} from asks where id = $1`, [id]);
      return row === undefined ? null : toAsk(row).answer;
    },

    async find(sessionId, id) {
      const [row] = await sql.rows<AskRow>(`select ${columns} from asks where session_id = $1 and id = $2`, [
        sessionId,
        id,
      ]);
      return row === undefined ? null : toAsk(row);
    },

    async openOfTurn(turnId) {
      const rows = await sql.rows<AskRow>(
        `select ${columns} from asks where turn_id = $1 and answer is null order by id`,
        [turnId],
      );
      return rows.map(toAsk);
    },

    async list(sessionId, { kind, isOpen, limit }) {
      const where = new Conditions()
        .add("session_id = $", sessionId)
        .add("asked ->> 'kind' = $", kind)
        .addWhenSet("(answer is null) = $", isOpen);
      const rows = await sql.rows<AskRow>(
        `select ${columns} from asks where ${where.text} order by id desc limit ${where.value(limit)}`,
        where.values,
      );
      return rows.map(toAsk);
    },
  };
}

interface AskRow {
  id: string;
  session_id: string;
  turn_id: string;
  asked: Asked;
  created_at: Date;
  expires_at: Date;
  answer: Omit<AskAnswer, "at"> | null;
  answered_at: Date | null;
}

const toAsk = (row: AskRow): Ask => ({
  id: row.id,
  sessionId: row.session_id,
  turnId: row.turn_id,
  asked: row.asked,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  answer: row.answer === null ? null : { ...row.answer, at: row.answered_at! },
});
