import { text, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

export const apiKeys = table(
  "api_keys",
  {
    id: uuid,
    organizationId: uuid,
    userId: uuid,
    name: text.orNull(),
    tokenPreview: text,
    createdAt: timestamp,
    updatedAt: timestamp,
    lastUsedAt: timestamp.orNull(),
  },
  ["token_hash", "revoked_at", "kind", "confirmed_at", "is_bootstrap", "page_secret_hash"],
);
