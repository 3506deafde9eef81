import { bytes, integer, text, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

export const previews = table("previews", {
  id: uuid,
  organizationId: uuid,
  sessionId: uuid,
  port: integer,
  name: text.orNull(),
  hostLabel: text,
  createdAt: timestamp,
});

export const previewShares = table(
  "preview_shares",
  {
    id: uuid,
    organizationId: uuid,
    previewId: uuid,
    hostLabel: text,
    createdBy: uuid,
    createdAt: timestamp,
    expiresAt: timestamp,
  },
  ["token_hash"],
);

export const previewCodes = table("preview_codes", {
  tokenHash: bytes,
  previewId: uuid,
  apiKeyId: uuid.orNull(),
  shareId: uuid.orNull(),
  challenge: text.orNull(),
  expiresAt: timestamp,
});

export const previewGrants = table("preview_grants", {
  tokenHash: bytes,
  previewId: uuid,
  apiKeyId: uuid.orNull(),
  shareId: uuid.orNull(),
  expiresAt: timestamp,
});
