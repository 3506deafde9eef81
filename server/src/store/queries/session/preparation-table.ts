import type { PreparedOptions } from "../../../core/sessions/index.ts";
import { bytes, integer, json, textArray, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

export const preparations = table("preparations", {
  id: uuid,
  organizationId: uuid,
  userId: uuid.orNull(),
  keyId: uuid,
  sessionNumber: integer.orNull(),
  fingerprint: bytes,
  request: json<PreparedOptions>().orNull(),
  runsOn: textArray,
  workerId: uuid.orNull(),
  createdAt: timestamp,
  expiresAt: timestamp,
  usedAt: timestamp.orNull(),
});
