import type { Queries } from "../../../core/ports.ts";
import { Conditions } from "../page.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { storableJson } from "../storable.ts";
import { type AskRow, asks, toAsk } from "./ask-table.ts";

/** Columns of an open ask, which has no answer yet. */
const open = asks.without("answer", "answeredAt");

export function askQueries(sql: Sql): Queries["asks"] {
  return {
    async insert(ask) {
      await sql.rows(
        query`insert into asks (${open.names}) values (${open.values(ask)}) on conflict (id) do nothing`,
      );
    },

    async answer(id, { at, ...answer }) {
      await sql.rows(
        "update asks set answer = $2::jsonb, answered_at = $3 where id = $1 and answer is null",
        [id, storableJson(answer), at],
      );
      const [row] = await sql.rows<AskRow>(`select ${asks.columns} from asks where id = $1`, [id]);
      return row === undefined ? null : toAsk(row).answer;
    },

    async find(sessionId, id) {
      const [row] = await sql.rows<AskRow>(
        `select ${asks.columns} from asks where session_id = $1 and id = $2`,
        [sessionId, id],
      );
      return row === undefined ? null : toAsk(row);
    },

    async openOfTurn(turnId) {
      const rows = await sql.rows<AskRow>(
        `select ${asks.columns} from asks where turn_id = $1 and answer is null order by id`,
        [turnId],
      );
      return rows.map(toAsk);
    },

    async isAllowedForSession(sessionId, kind) {
      const rows = await sql.rows(
        `select 1 from asks where session_id = $1 and asked ->> 'kind' = 'permission' and asked ->> 'toolKind' = $2
           and answer ->> 'text' = 'allow' and answer ->> 'isForSession' = 'true' limit 1`,
        [sessionId, kind],
      );
      return rows.length > 0;
    },

    async list(sessionId, { kind, isOpen, limit }) {
      const where = new Conditions()
        .add("session_id = $", sessionId)
        .add("asked ->> 'kind' = $", kind)
        .addWhenSet("(answer is null) = $", isOpen);
      const rows = await sql.rows<AskRow>(
        `select ${asks.columns} from asks where ${where.text} order by id desc limit ${where.value(limit)}`,
        where.values,
      );
      return rows.map(toAsk);
    },
  };
}
