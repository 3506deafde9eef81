import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";

export const apiKey = z.strictObject({
  id: uuid,
  name: z.string().nullable(),
  userId: z.string().nullable().describe("ID of the user who owns the key."),
  tokenPreview: z.string(),
  createdAt: timestamp,
  updatedAt: timestamp,
  lastUsedAt: timestamp.nullable(),
});
export type ApiKey = z.infer<typeof apiKey>;
/** A new API key with its token. No other response contains the token. */
export const apiKeyWithToken = apiKey.extend({ token: z.string() });
export type ApiKeyWithToken = z.infer<typeof apiKeyWithToken>;
const name = z.string().min(1).max(100);
export const apiKeyUpdateBody = z.strictObject({ name });
export type ApiKeyUpdateBody = z.infer<typeof apiKeyUpdateBody>;
export const apiKeyCreateBody = z.strictObject({
  name: name.optional(),
  memberId: uuid
    .optional()
    .describe(
      "The member who owns the key. Defaults to the caller. An admin can pass the ID of an invitation, which then becomes a member, or of an account that the organization manages.",
    ),
  organizationId: uuid
    .optional()
    .describe(
      "Another organization of the caller. Requires a sign-in whose password was entered in the last ten minutes. Defaults to the organization of the caller's credential.",
    ),
});
export type ApiKeyCreateBody = z.infer<typeof apiKeyCreateBody>;
export const apiKeyParams = z.object({ apiKeyId: uuid });
export const apiKeyListQuery = cursorQuery;
export const apiKeyList = z.strictObject({ items: z.array(apiKey), nextCursor: uuid.nullable() });
export type ApiKeyList = z.infer<typeof apiKeyList>;
