import { bytes, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

export const joinTokens = table("join_tokens", {
  id: uuid,
  proofHash: bytes,
  publicKey: bytes,
  signature: bytes,
  createdAt: timestamp,
  expiresAt: timestamp,
  usedAt: timestamp.orNull(),
  usedBy: uuid.orNull(),
});
