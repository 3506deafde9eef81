import type { Ask, AskAnswer, Asked } from "../../../core/sessions/index.ts";
import { json, timestamp, uuid } from "../column.ts";
import { type RowOf, table } from "../table.ts";

export const asks = table("asks", {
  id: uuid,
  sessionId: uuid,
  turnId: uuid,
  asked: json<Asked>(),
  createdAt: timestamp,
  expiresAt: timestamp,
  answer: json<Omit<AskAnswer, "at">>().orNull(),
  answeredAt: timestamp.orNull(),
});

export type AskRow = RowOf<typeof asks>;

export const toAsk = ({ answeredAt, ...row }: AskRow): Ask => ({
  ...row,
  answer: row.answer === null ? null : { ...row.answer, at: answeredAt! },
});
