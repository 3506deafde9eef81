import type { AttemptState } from "../../../core/sessions/index.ts";
import { integer, text, uuid } from "../column.ts";
import { table } from "../table.ts";

export const sessionAttempts = table("session_attempts", {
  sessionId: uuid,
  groupId: uuid,
  number: integer,
  count: integer,
  state: text.as<AttemptState>(),
  problem: text.orNull(),
});
