import { z } from "zod";
import { timestamp, uuid } from "../common.ts";
import { askedPermissionKinds } from "../permission/permission-kinds.ts";
import { permissionDecision } from "../permission/permission-policy.ts";
import { sessionParams } from "../session/session.ts";
import { answeredBy, answeringUserId } from "./ask.ts";

const permissionScope = z
  .enum(["request", "session"])
  .describe(
    "`session` also allows the session's later requests of the same kind. A later `deny` rule of the organization's policy still applies.",
  );

export const permission = z.strictObject({
  id: uuid,
  sessionId: uuid,
  toolCallId: z.string(),
  title: z.string(),
  kind: z.enum(askedPermissionKinds),
  input: z.string().nullable(),
  createdAt: timestamp,
  expiresAt: timestamp,
  answer: z
    .strictObject({
      decision: permissionDecision,
      by: answeredBy,
      comment: z.string().nullable(),
      scope: permissionScope,
      userId: answeringUserId,
      answeredAt: timestamp,
    })
    .nullable(),
});
export type Permission = z.infer<typeof permission>;

export const permissionList = z.strictObject({ items: z.array(permission) });
export type PermissionList = z.infer<typeof permissionList>;
export const permissionParams = sessionParams.extend({ permissionId: uuid });
export const permissionAnswerBody = z.strictObject({
  decision: permissionDecision,
  comment: z.string().max(10_000).optional(),
  scope: permissionScope.optional(),
});
export type PermissionAnswerBody = z.infer<typeof permissionAnswerBody>;
