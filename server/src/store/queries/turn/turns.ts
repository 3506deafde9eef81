import type { Queries } from "../../../core/ports.ts";
import { lockLease, writeUnderLease } from "../lease.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { type TurnRow, toTurn, turns } from "./turn-table.ts";

export function turnQueries(sql: Sql): Queries["turns"] {
  const findOne = async (from: string, values: readonly unknown[]) => {
    const [row] = await sql.rows<TurnRow>(`select ${turns.columns} from ${from}`, values);
    return row === undefined ? null : toTurn(row);
  };

  return {
    async insert(turn, at) {
      const [row] = await sql.rows<{ number: number }>("select insert_turn($1, $2, $3, $4) as number", [
        turn.id,
        turn.sessionId,
        turn.messageId,
        at,
      ]);
      return { number: row!.number };
    },

    find: (id) => findOne("turns where id = $1", [id]),

    active: (sessionId) =>
      findOne("turns where session_id = $1 and status in ('queued', 'running')", [sessionId]),

    latest: (sessionId) => findOne("turns where session_id = $1 order by number desc limit 1", [sessionId]),

    claim: (id, at) => findOne("claim_turn($1, $2)", [id, at]),

    async requestStop(id, at) {
      await sql.rows(
        `update turns set stop_requested_at = $2
         where id = $1 and stop_requested_at is null and status in ('queued', 'running')`,
        [id, at],
      );
    },

    setPromptSent: (lease, isPromptSent) =>
      writeUnderLease(sql, lease, {
        statement: query`
          update turns set is_prompt_sent = ${isPromptSent} from ${lockLease(lease)} where id = ${lease.turnId}
          returning id`,
        otherwise: `Turn ${lease.turnId} was not found.`,
      }),

    async end(lease, end, at) {
      const error = end.status === "failed" ? end.error : null;
      const { sessionId, turnId, attempt } = lease;
      await sql.rows(query`select end_turn(${sessionId}, ${turnId}, ${attempt},
        ${end.status}, ${error?.code ?? null}, ${error?.message ?? null}, ${at})`);
    },

    async cancelQueued(id, at) {
      const [row] = await sql.rows<{ is_cancelled: boolean }>(
        "select cancel_queued_turn($1, $2) as is_cancelled",
        [id, at],
      );
      return row!.is_cancelled;
    },
  };
}
