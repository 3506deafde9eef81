import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";
import { auditAction } from "./audit-action.ts";

const credential = z.strictObject({
  kind: z.enum(["apiKey", "signIn"]),
  id: uuid,
  name: z.string().nullable(),
});

export const auditActor = z.strictObject({
  kind: z
    .enum(["user", "session", "system", "anonymous"])
    .describe(
      "`user`: a person, or a program with their key. `session`: an agent in a session. `system`: the server. `anonymous`: a request without a valid credential.",
    ),
  userId: uuid.nullable(),
  name: z.string().nullable().describe("Current name or email address of the person."),
  credential: credential.nullable().describe("The API key or sign-in that authenticated the request."),
  sessionId: uuid.nullable(),
});

export const auditEvent = z.strictObject({
  id: uuid,
  createdAt: timestamp,
  action: auditAction,
  actor: auditActor,
  object: z.strictObject({
    kind: z.string(),
    id: z.string().nullable(),
    name: z
      .string()
      .nullable()
      .describe("The object's name at the time of the event. Null for a private session."),
  }),
  address: z.string().nullable().describe("IP address of the client. Null for actions of the server itself."),
  details: z.record(z.string(), z.unknown()).describe("The changes. Never contains the value of a secret."),
});
export type AuditEvent = z.infer<typeof auditEvent>;

export const auditEventList = z.strictObject({ items: z.array(auditEvent), nextCursor: uuid.nullable() });
export type AuditEventList = z.infer<typeof auditEventList>;

export const auditEventListQuery = cursorQuery.extend({
  actorId: uuid.optional().describe("ID of a user, an API key or a session."),
  action: auditAction.optional(),
  objectId: z.string().min(1).max(200).optional(),
  since: timestamp.optional().describe("Events at this time or later."),
  until: timestamp.optional().describe("Events before this time."),
  format: z
    .enum(["json", "jsonl"])
    .default("json")
    .describe(
      "`jsonl` streams all matching events, with one JSON object per line. The `Accept: application/x-ndjson` header has the same effect.",
    ),
});
export type AuditEventListQuery = z.input<typeof auditEventListQuery>;
