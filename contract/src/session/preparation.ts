import { z } from "zod";
import { timestamp, uuid } from "../common.ts";
import { sessionCreateOptions } from "./session.ts";

/** Body of `POST /v1/sessions/prepare`: the options of the new session that are known so far. */
export const sessionPrepareBody = z.strictObject(sessionCreateOptions);
export type SessionPrepareBody = z.infer<typeof sessionPrepareBody>;

export const sessionPreparation = z.strictObject({
  id: uuid
    .nullable()
    .describe(
      "ID to send as `preparedId` with the new session, or the session's own ID for a reply. Null if the server prepares nothing at the moment.",
    ),
  expiresAt: timestamp.nullable().describe("Time at which the server discards the prepared work."),
});
export type SessionPreparation = z.infer<typeof sessionPreparation>;
