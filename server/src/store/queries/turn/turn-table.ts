import type { Turn, TurnState } from "../../../core/sessions/index.ts";
import { boolean, integer, text, timestamp, uuid } from "../column.ts";
import { type RowOf, table } from "../table.ts";

export const turns = table("turns", {
  id: uuid,
  sessionId: uuid,
  messageId: uuid,
  number: integer,
  status: text.as<TurnState["status"]>(),
  attempt: integer,
  isPromptSent: boolean,
  errorCode: text.orNull(),
  errorMessage: text.orNull(),
  createdAt: timestamp,
  startedAt: timestamp.orNull(),
  stopRequestedAt: timestamp.orNull(),
  endedAt: timestamp.orNull(),
});

export type TurnRow = RowOf<typeof turns>;

export const toTurn = (row: TurnRow): Turn => ({
  id: row.id,
  sessionId: row.sessionId,
  messageId: row.messageId,
  number: row.number,
  createdAt: row.createdAt,
  state: toState(row),
  isStopRequested: row.stopRequestedAt !== null,
  isPromptSent: row.isPromptSent,
});

/** The table's check constraints guarantee that the non-null assertions hold. */
function toState(row: TurnRow): TurnState {
  switch (row.status) {
    case "queued":
      return { status: "queued" };
    case "running":
      return { status: "running", attempt: row.attempt, startedAt: row.startedAt! };
    case "failed":
      return {
        status: "failed",
        endedAt: row.endedAt!,
        error: { code: row.errorCode!, message: row.errorMessage! },
      };
    default:
      return { status: row.status, endedAt: row.endedAt! };
  }
}
