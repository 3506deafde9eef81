import type { Queries } from "../../../core/ports.ts";
import type { Turn, TurnState } from "../../../core/sessions/index.ts";
import { writeUnderLease } from "../lease.ts";
import type { Sql } from "../sql.ts";

const columns = `id, session_id, message_id, number, status, attempt, is_prompt_sent, error_code, error_message,
  started_at, stop_requested_at, ended_at`;

export function turnQueries(sql: Sql): Queries["turns"] {
  const findOne = async (from: string, values: readonly unknown[]) => {
    const [row] = await sql.rows<TurnRow>(`select ${columns} from ${from}`, values);
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

    claim: (id, at) => findOne("claim_turn($1, $2)", [id, at]),

    async requestStop(id, at) {
      await sql.rows(
        `update turns set stop_requested_at = $2
         where id = $1 and stop_requested_at is null and status in ('queued', 'running')`,
        [id, at],
      );
    },

    markPromptSent: (lease) =>
      writeUnderLease(sql, lease, {
        text: "update turns set is_prompt_sent = true from hold_lease($1, $2, $3) where id = $2 returning id",
        values: [],
        otherwise: `There is no turn ${lease.turnId}.`,
      }),

    async end(lease, end, at) {
      const error = end.status === "failed" ? end.error : null;
      await sql.rows("select end_turn($1, $2, $3, $4, $5, $6, $7)", [
        lease.sessionId,
        lease.turnId,
        lease.attempt,
        end.status,
        error?.code ?? null,
        error?.message ?? null,
        at,
      ]);
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

interface TurnRow {
  id: string;
  session_id: string;
  message_id: string;
  number: number;
  status: TurnState["status"];
  attempt: number;
  is_prompt_sent: boolean;
  error_code: string | null;
  error_message: string | null;
  started_at: Date | null;
  stop_requested_at: Date | null;
  ended_at: Date | null;
}

const toTurn = (row: TurnRow): Turn => ({
  id: row.id,
  sessionId: row.session_id,
  messageId: row.message_id,
  number: row.number,
  state: toState(row),
  isStopRequested: row.stop_requested_at !== null,
  isPromptSent: row.is_prompt_sent,
});

/** The table's checks promise what the exclamation marks assume. */
function toState(row: TurnRow): TurnState {
  switch (row.status) {
    case "queued":
      return { status: "queued" };
    case "running":
      return { status: "running", attempt: row.attempt, startedAt: row.started_at! };
    case "failed":
      return {
        status: "failed",
        endedAt: row.ended_at!,
        error: { code: row.error_code!, message: row.error_message! },
      };
    default:
      return { status: row.status, endedAt: row.ended_at! };
  }
}
