import type { LiveKind } from "../../../core/sessions/index.ts";
import { bytes, text, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

export const liveTickets = table("live_tickets", {
  tokenHash: bytes,
  kind: text.as<LiveKind>(),
  organizationId: uuid,
  apiKeyId: uuid,
  sessionId: uuid.orNull(),
  expiresAt: timestamp,
});
