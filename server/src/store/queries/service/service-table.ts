import type { SessionServiceState } from "../../../core/turns/index.ts";
import { integer, text, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

export const sessionServices = table(
  "session_services",
  {
    sessionId: uuid,
    name: text,
    sandboxId: uuid,
    position: integer,
    command: text,
    port: integer.orNull(),
    state: text.as<SessionServiceState>(),
    changedAt: timestamp.orNull(),
    startedAt: timestamp.orNull(),
    readyMs: integer.orNull(),
    exitCode: integer.orNull(),
  },
  ["log_seq", "log_start_seq", "log_bytes"],
);
