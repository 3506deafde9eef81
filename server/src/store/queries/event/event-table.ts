import type { EventData } from "../../../core/sessions/index.ts";
import { bigint, json, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

export const events = table(
  "events",
  {
    sessionId: uuid,
    seq: bigint,
    messageId: uuid.orNull(),
    data: json<EventData>(),
    createdAt: timestamp,
  },
  ["key"],
);
