import { bytes, text, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

/** Sign-ins, which share a table with API keys. */
export const signIns = table("api_keys", {
  id: uuid,
  organizationId: uuid,
  userId: uuid,
  userAgent: text.orNull(),
  address: text.orNull(),
  madeByKeyId: uuid.orNull().named("made_by"),
  createdAt: timestamp,
  lastUsedAt: timestamp.orNull(),
  expiresAt: timestamp.orNull().as<Date>(),
});

export const passwords = table("user_passwords", { userId: uuid, email: text, hash: text }, ["updated_at"]);

export const invitationLinks = table("invitation_links", {
  tokenHash: bytes,
  organizationId: uuid,
  memberId: uuid.orNull(),
  expiresAt: timestamp,
});
